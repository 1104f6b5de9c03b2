import { sameArithmetic, type Variant } from "./variant.ts";

/** The service as a competent user would first write it. */
export const baseline: Variant = {
  description: "PyTorch eager fp32, one worker with one thread, no batching",
  runtime: "torch",
  graph: "all",
  workers: 1,
  threads: 1,
  tracing: true,
  batching: null,
  tolerance: sameArithmetic,
};
