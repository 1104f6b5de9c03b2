import type { Variant } from "./variant.ts";

/** The best found so far: int8, a worker per core, batches run in groups of like length. */
export const optimized: Variant = {
  description: "ONNX Runtime int8, two workers with one thread each, adaptive batching in length buckets",
  runtime: "onnx-int8",
  workers: 2,
  threads: 1,
  batching: { maxSize: 8, maxLatencyMs: 60_000, lengthBuckets: true },
};
