import { queueLength } from "./queue-length.ts";
import type { Variant } from "./variant.ts";

/** The best found so far: one queue feeds both cores, so that none idles while the other has requests waiting. */
export const optimized: Variant = {
  ...queueLength,
  description:
    "int8, fewer fusions, one worker with two streams on one queue, runs of up to 32 of similar length",
  workers: 1,
  batching: {
    by: "queue",
    maxSize: 32,
    maxLatencyMs: 60_000,
    lengthBuckets: true,
    maxTokens: 256,
    streams: 2,
  },
};
