import type { Variant } from "./variant.ts";

/** The service as a competent user would first write it. */
export const baseline: Variant = {
  description: "PyTorch eager fp32, one worker with one thread, no batching",
  runtime: "torch",
  workers: 1,
  threads: 1,
  batching: null,
};
