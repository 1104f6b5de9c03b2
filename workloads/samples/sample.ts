/**
 * One request's record: the product of every run. All times are milliseconds from the trial's one absolute
 * start on one monotonic clock; response time = completedMs - scheduledMs, service time = completedMs - sentMs.
 */
import type { StageRow } from "./stages.ts";

export const outcomes = ["ok", "http", "timeout", "refused", "reset", "dropped", "wrong-answer"] as const;
/** `http`: an answer with a status that is not right, without more one that is not 2xx. `dropped`: never sent, a cap was hit. */
export type Outcome = (typeof outcomes)[number];

export interface Sample {
  /** Position in the schedule, 0-based; unique over all workers. */
  readonly seq: number;
  readonly scheduledMs: number;
  /** NaN where the request was never sent. */
  readonly sentMs: number;
  /** NaN where no byte came back. */
  readonly firstByteMs: number;
  /** When the outcome was known; for a failure, the instant of the failure. */
  readonly completedMs: number;
  readonly outcome: Outcome;
  /** HTTP status, 0 where there was none. */
  readonly status: number;
  /** Bytes of the answer's body. */
  readonly bytes: number;
  /** Index of the payload drawn for this request. */
  readonly payload: number;
  /** The answer's label, empty where there was none. */
  readonly label: string;
  /** The answering worker's id as the service states it, empty where it does not. */
  readonly server: string;
  /** Index of the generator worker that sent it. */
  readonly worker: number;
  /** Where the service tells what it did with its time. */
  readonly stages?: StageRow;
}

/** What the generator says of itself for one trial. */
export interface GeneratorHealth {
  readonly workers: number;
  /** Requests in the schedule and requests with a sample; unequal is an error. */
  readonly scheduled: number;
  readonly recorded: number;
  /** sent - scheduled, milliseconds, over requests that were sent. */
  readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Generator CPU seconds / wall seconds, summed over workers (1 = one core). */
  readonly cpuCores: number;
  readonly wallSeconds: number;
  /** Share of CPU quota periods in which a worker was throttled, the worst worker; null where that is not known. */
  readonly throttledShare: number | null;
  /** Scheduling priority that the generator got: -20 where it may raise it, else what its caller had. */
  readonly nice: number;
  /** Generators on a cluster cannot ask for it themselves: what the runner did for them, and why no more. */
  readonly priorityNote?: string;
  /** Nodes of a cluster that the workers ran on; left out where they are processes of the runner's machine. */
  readonly nodes?: readonly string[];
  /** Whether every worker ran in the kernel's real-time class; without it a busy service delays sends. */
  readonly realTime: boolean;
  /** Connections opened over the run, all workers. */
  readonly connectionsOpened: number;
  /** The service was found to serve one connection at a time: since then each carried one request. Left out where it was not. */
  readonly servesOneConnection?: boolean;
  /** True where the run was cut short; the samples so far are here. */
  readonly partial: boolean;
}
