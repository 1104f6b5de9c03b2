import { direct } from "./direct.ts";
import type { Variant } from "./variant.ts";

/** Batches of whatever waits: padding eats what they save. */
export const queueArrival: Variant = {
  ...direct,
  description: "int8, two workers, own queue, runs of up to 16 in order of arrival",
  batching: {
    by: "queue",
    maxSize: 16,
    maxLatencyMs: 60_000,
    lengthBuckets: false,
    maxTokens: 256,
    streams: 1,
  },
};
