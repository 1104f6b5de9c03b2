import type { ArrivalSpec } from "../../workloads/spec/spec.ts";

/**
 * The inputs of a queueing model of a cell: its load, and the idle service's times. Never the response times that it
 * predicts.
 */
export interface ModelContext {
  readonly arrival: ArrivalSpec;
  readonly ratePerSecond: number;
  /** Workers of the variant, over its replicas. */
  readonly servers: number;
  /** Batches that run at the same time, and the most requests in one; `most` is 1 where nothing is batched. */
  readonly batch: { readonly servers: number; readonly most: number };
  /** Throughput of the variant's overloaded trials under any scenario; null where none was overloaded. */
  readonly saturatedPerSecond: number | null;
  /** Time of requests that found no other in the service, ms: over all the variant's valid trials. */
  readonly serviceMs: Float64Array;
  /** Valid trials that are not overloaded. */
  readonly trials: readonly ModelTrial[];
}

export interface ModelTrial {
  readonly id: string;
  readonly scheduledMs: Float64Array;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Prediction {
  readonly metric: "p50" | "mean" | "throughput";
  /** Geometric mean over trials where the model follows each of them. Null with the reason where it does not apply. */
  readonly value: number | null;
  readonly why: string;
}

export interface Model {
  readonly name: string;
  /** The law with its symbols, and where it comes from. */
  readonly law: string;
  /** How wrong it is known to be, and when. */
  readonly error: string;
  predict(context: ModelContext): readonly Prediction[];
}
