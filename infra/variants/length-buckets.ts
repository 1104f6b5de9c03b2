import { adaptiveBatching } from "./adaptive-batching.ts";
import type { Variant } from "./variant.ts";

/** The same batches, collected larger and run in groups of similar length. */
export const lengthBuckets: Variant = {
  ...adaptiveBatching,
  description: "int8, two workers, BentoML's adaptive batching up to 32, run in groups of similar length",
  batching: {
    by: "dispatcher",
    maxSize: 32,
    maxLatencyMs: 60_000,
    lengthBuckets: true,
    maxTokens: 256,
    streams: 1,
  },
};
