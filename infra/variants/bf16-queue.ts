import { queueLength } from "./queue-length.ts";
import { fewerBits, type Variant } from "./variant.ts";

/** As queue-length with half of the bits instead of a quarter: nearly every label stays; for a CPU that multiplies bf16 itself. */
export const bf16Queue: Variant = {
  ...queueLength,
  description: "PyTorch bf16, two workers, own queue, runs of up to 32 of similar length",
  runtime: "torch-bf16",
  tolerance: fewerBits,
};
