/** One serving configuration, as data. Variants differ by these settings only, never by a code path. */
import { z } from "zod";
import { lifecycleSpec } from "../services/definition/lifecycle.ts";

export const variantSpec = z
  .strictObject({
    description: z.string(),
    /** `torch-per-call` is a strawman: it reads the model from disk for every run. `torch-bf16` needs a CPU with bf16. */
    runtime: z.enum(["torch", "torch-bf16", "torch-per-call", "onnx", "onnx-int8"]),
    /** ONNX Runtime's graph optimisation; see runtimes.py. Without meaning for the torch runtimes. */
    graph: z.enum(["none", "all", "no-skip-layer-norm"]),
    /** Serving processes behind one port. */
    workers: z.int().min(1).max(64),
    /** Intra-operation threads of each run of the model. */
    threads: z.int().min(1).max(64),
    /** A thread that waits for the others of its run keeps its core meanwhile; with several of ONNX Runtime. Left out is no. */
    spinning: z.boolean().optional(),
    /** Copies of the whole, behind one address; for targets that can, one where it is left out. */
    replicas: z.int().min(1).max(64).optional(),
    /** As a process: started again by a supervisor whenever its server ends. On Kubernetes the kubelet does so anyway. */
    supervised: z.boolean().optional(),
    /** How its pods are probed and stopped, where a target has pods; `usualLifecycle` where it is left out. */
    lifecycle: lifecycleSpec.optional(),
    /** BentoML's OpenTelemetry spans, made whether or not anything collects them. */
    tracing: z.boolean(),
    /** Each answer tells its stages in a `server-timing` header; left out is off. */
    stages: z.boolean().optional(),
    batching: z
      .strictObject({
        /** BentoML's adaptive dispatcher, or the worker's own queue behind an endpoint of its own (direct.py). */
        by: z.enum(["dispatcher", "queue"]),
        maxSize: z.int().min(1).max(256),
        /** Not a window: requests that waited longer are refused with 503, so it is set above any useful wait. */
        maxLatencyMs: z.int().min(10).max(600_000),
        /** Run texts of like length together, so that short ones are not padded to the longest. */
        lengthBuckets: z.boolean(),
        /** Tokens in one such run, padding included, at most: what the core's cache holds. */
        maxTokens: z.int().min(1).max(1_000_000),
        /** Runs at the same time in one worker, on one copy of the model; the dispatcher knows only one. */
        streams: z.int().min(1).max(64),
        /** Each stream on a core of its own; with the queue only. Left out is no. */
        pinned: z.boolean().optional(),
      })
      .refine(({ by, streams }) => by === "queue" || streams === 1, "the dispatcher runs one batch at a time")
      .refine(({ by, pinned }) => by === "queue" || pinned !== true, "only the queue's threads can be pinned")
      .nullable(),
    /** How far answers may be from the baseline's, over the whole corpus; a variant outside is invalid. */
    tolerance: z.strictObject({
      /** Share of texts with the baseline's label, at least. */
      agreement: z.number().min(0).max(1),
      /** Largest change of any class's probability, at most. */
      probabilityShift: z.number().min(0).max(1),
    }),
  })
  .refine(
    ({ spinning, threads, runtime }) => spinning !== true || (threads > 1 && runtime.startsWith("onnx")),
    "only ONNX Runtime with several threads can spin",
  );
export type Variant = z.infer<typeof variantSpec>;

/** What another order of the same arithmetic may do. */
export const sameArithmetic = { agreement: 0.999, probabilityShift: 0.001 } as const;
/** What fewer bits may do: one label in a hundred, and no answer turned over. */
export const fewerBits = { agreement: 0.99, probabilityShift: 0.25 } as const;
