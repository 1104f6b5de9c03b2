import { int8Workers } from "./int8-workers.ts";
import type { Variant } from "./variant.ts";

/** BentoML's own batching, as it comes. */
export const adaptiveBatching: Variant = {
  ...int8Workers,
  description: "int8, two workers, BentoML's adaptive batching up to 8 in order of arrival",
  batching: {
    by: "dispatcher",
    maxSize: 8,
    maxLatencyMs: 60_000,
    lengthBuckets: false,
    maxTokens: 256,
    streams: 1,
  },
};
