/** The messages between a generator process and its parent. */
import type { ResolvedAsk } from "../ask/ask.ts";
import type { AskedRequest } from "../ask/asked.ts";
import type { JudgeSpec } from "../judge/judge.ts";
import type { FailureExample } from "./failures.ts";
import type { Spent } from "./host.ts";
import type { LiveSnapshot } from "./live.ts";
import type { SampleColumns } from "./recorder.ts";

interface Job {
  readonly url: string;
  readonly ask: ResolvedAsk;
  /** A row's payload is an index into them. */
  readonly requests: readonly AskedRequest[];
  readonly judge: JudgeSpec;
  readonly timeoutMs: number;
  /** Connections open at the same time at most. */
  readonly mostConnections: number;
}

export interface OpenLoopJob extends Job {
  readonly kind: "open";
  readonly offsetsMs: Float64Array;
  /** Index into `requests`, one per offset. */
  readonly payloads: Uint32Array;
}

export interface ClosedLoopJob extends Job {
  readonly kind: "closed";
  /** Each asks again when its last request is answered. */
  readonly users: number;
  /** Nobody asks any more after so many seconds; Infinity: after the last of the `turns`. */
  readonly seconds: number;
  /** Of the payloads, where no `turns` name them. */
  readonly seed: number;
  /** In the order in which they are asked; those under way when the time is up are waited for. */
  readonly turns?: {
    readonly payloads: Uint32Array;
    /** Row i is a request of user i mod users, who thinks for `gapsMs[i]` before it; otherwise of the next free user, at once. */
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
  readonly failures: readonly FailureExample[];
  readonly partial: boolean;
  /** Whether it ran in the real-time scheduling class. */
  readonly realTime: boolean;
  readonly connectionsOpened: number;
  /** The service was found to serve one connection at a time; from there on each carried one request. */
  readonly servesOneConnection?: boolean;
}
