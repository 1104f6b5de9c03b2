import { int8Workers } from "./int8-workers.ts";
import type { Variant } from "./variant.ts";

/** The request path made short; no batching yet. */
export const direct: Variant = {
  ...int8Workers,
  description: "int8, two workers, own endpoint in front of BentoML's, no spans, no batching",
  tracing: false,
  batching: {
    by: "queue",
    maxSize: 1,
    maxLatencyMs: 60_000,
    lengthBuckets: false,
    maxTokens: 256,
    streams: 1,
  },
};
