/** One serving configuration, as data. Variants differ by these settings only, never by a code path. */
import { z } from "zod";

export const variantSpec = z.strictObject({
  description: z.string(),
  runtime: z.enum(["torch", "onnx", "onnx-int8"]),
  /** Serving processes behind one port. */
  workers: z.int().min(1).max(64),
  /** Intra-operation threads of each worker's runtime. */
  threads: z.int().min(1).max(64),
  /** Copies of the whole, behind one address; for targets that can, one where it is left out. */
  replicas: z.int().min(1).max(64).optional(),
  batching: z
    .strictObject({
      maxSize: z.int().min(2).max(256),
      /** Not a window: requests older than this in the queue are refused with 503, so it is set above any useful wait. */
      maxLatencyMs: z.int().min(10).max(600_000),
      /** Run a batch as groups of like length, so that short texts are not padded to the longest. */
      lengthBuckets: z.boolean(),
    })
    .nullable(),
});
export type Variant = z.infer<typeof variantSpec>;

/** The settings as the service reads them; the one mapping from data to environment. */
export function serviceEnvironment(variant: Variant): Record<string, string> {
  const { runtime, workers, threads, batching } = variant;
  return {
    TESTBED_RUNTIME: runtime,
    TESTBED_WORKERS: String(workers),
    TESTBED_THREADS: String(threads),
    OMP_NUM_THREADS: String(threads),
    TESTBED_BATCHING: batching === null ? "off" : "on",
    ...(batching === null
      ? {}
      : {
          TESTBED_BATCH_MAX_SIZE: String(batching.maxSize),
          TESTBED_BATCH_MAX_LATENCY_MS: String(batching.maxLatencyMs),
          TESTBED_LENGTH_BUCKETS: batching.lengthBuckets ? "on" : "off",
        }),
    BENTOML_DO_NOT_TRACK: "True",
  };
}

/** Flat, for the manifest and the report. */
export function serviceSettings(variant: Variant): Record<string, string | number | boolean> {
  const { batching, replicas = 1, ...rest } = variant;
  return {
    ...rest,
    replicas,
    batching: batching !== null,
    ...(batching === null
      ? {}
      : {
          batchMaxSize: batching.maxSize,
          batchMaxLatencyMs: batching.maxLatencyMs,
          lengthBuckets: batching.lengthBuckets,
        }),
  };
}
