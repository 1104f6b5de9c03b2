/** What a generator process and its parent say to each other. */
import type { AnswerCheck } from "./answer.ts";
import type { Spent } from "./host.ts";
import type { LiveSnapshot } from "./live.ts";
import type { SampleColumns } from "./recorder.ts";

interface Job {
  readonly url: string;
  /** Request bodies; a row's payload is an index into them. */
  readonly bodies: readonly Uint8Array[];
  readonly timeoutMs: number;
  readonly answers: AnswerCheck;
  /** Connections open at the same time at most. */
  readonly mostConnections: number;
}

export interface OpenLoopJob extends Job {
  readonly kind: "open";
  readonly offsetsMs: Float64Array;
  /** Index into `bodies`, one per offset. */
  readonly payloads: Uint32Array;
}

export interface ClosedLoopJob extends Job {
  readonly kind: "closed";
  /** Each asks again when its last request is answered. */
  readonly users: number;
  /** Nobody asks any more after so many seconds; Infinity: after the last of the `requests`. */
  readonly seconds: number;
  /** Of the payloads, where no `requests` name them. */
  readonly seed: number;
  /** In the order in which they are asked; those under way when the time is up are waited for. */
  readonly requests?: {
    readonly payloads: Uint32Array;
    /** Row i is a request of user i mod users, who thinks for `gapsMs[i]` before it; else of whoever is free, at once. */
    readonly gapsMs?: Float64Array;
  };
}

export type ToGenerator =
  | { readonly type: "job"; readonly job: OpenLoopJob | ClosedLoopJob }
  /** Monotonic ms of the one absolute start. */
  | { readonly type: "start"; readonly atMs: number }
  | { readonly type: "stop" };

export type FromGenerator =
  | { readonly type: "ready"; readonly nice: number }
  | { readonly type: "live"; readonly counts: LiveSnapshot }
  | { readonly type: "result"; readonly result: GeneratorResult };

export interface GeneratorResult extends Spent {
  readonly columns: SampleColumns;
  /** Closed loop only, where they are known no sooner than the send; empty in an open loop. */
  readonly scheduledMs: Float64Array;
  readonly payloads: Uint32Array;
  readonly partial: boolean;
  /** Whether it ran in the real-time scheduling class. */
  readonly realTime: boolean;
  readonly connectionsOpened: number;
}
