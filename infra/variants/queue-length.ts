import { queueArrival } from "./queue-arrival.ts";
import type { Variant } from "./variant.ts";

/** Batches of similar length. */
export const queueLength: Variant = {
  ...queueArrival,
  description: "int8, two workers, own queue, runs of up to 32 of similar length",
  batching: {
    by: "queue",
    maxSize: 32,
    maxLatencyMs: 60_000,
    lengthBuckets: true,
    maxTokens: 256,
    streams: 1,
  },
};
