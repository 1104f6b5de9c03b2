import { baseline } from "./baseline.ts";
import type { Variant } from "./variant.ts";

/** More threads for one inference, and nothing else. */
export const torchThreads: Variant = {
  ...baseline,
  description: "PyTorch eager fp32, one worker with two threads, no batching",
  threads: 2,
};
