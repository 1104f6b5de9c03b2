import { baseline } from "./baseline.ts";
import { fewerBits, type Variant } from "./variant.ts";

/** Half the bits, on a CPU that multiplies them itself; elsewhere the service refuses to start. */
export const torchBf16: Variant = {
  ...baseline,
  description: "PyTorch eager bf16, one worker with one thread, no batching",
  runtime: "torch-bf16",
  tolerance: fewerBits,
};
