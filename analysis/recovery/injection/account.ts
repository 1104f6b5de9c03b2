/**
 * The class of every request that belongs to an injection. The four classes exclude each other:
 *
 *   ok      a right answer within the SLO of the scheduled instant
 *   late    a right answer after it
 *   failed  a wrong answer: a status other than 2xx, or a wrong body
 *   lost    no answer at all: timeout, connection refused or reset, or never sent because a cap was hit
 *
 *   offered = ok + late + failed + lost
 *
 * `offered` is counted on the schedule, by position, and the classes on the samples: a request without a sample breaks the
 * identity. A second sample of a position is a duplicate and in no class.
 */
import { type Outcome, outcomes } from "../../../workloads/samples/sample.ts";
import type { Trace } from "../../input/trial-samples.ts";

export const requestClasses = ["ok", "late", "failed", "lost"] as const;
export type RequestClass = (typeof requestClasses)[number];

export interface Account {
  readonly offered: number;
  readonly ok: number;
  readonly late: number;
  readonly failed: number;
  readonly lost: number;
  /** Samples beyond the first of a position. */
  readonly duplicates: number;
  /** offered - ok - late - failed - lost: 0, or the samples are damaged. */
  readonly unaccounted: number;
}

/** Positions [firstPosition, endPosition) of the schedule, and the rows of the trace that hold their samples. */
export interface Stretch {
  readonly firstPosition: number;
  readonly endPosition: number;
  readonly firstRow: number;
  readonly endRow: number;
}

const lostOutcomes: readonly Outcome[] = ["timeout", "refused", "reset", "dropped"];
const isLost = outcomes.map((outcome) => lostOutcomes.includes(outcome));
const isOk = outcomes.map((outcome) => outcome === "ok");

export function classOf(trace: Trace, row: number, sloMs: number): RequestClass {
  const outcome = trace.outcome[row]!;
  if (isOk[outcome]!) return trace.completedMs[row]! - trace.scheduledMs[row]! > sloMs ? "late" : "ok";
  return isLost[outcome]! ? "lost" : "failed";
}

export function accountOf(
  trace: Trace,
  { firstPosition, endPosition, firstRow, endRow }: Stretch,
  sloMs: number,
): Account {
  const offered = endPosition - firstPosition;
  const counts = { ok: 0, late: 0, failed: 0, lost: 0 };
  const seen = new Set<number>();
  let duplicates = 0;
  for (let row = firstRow; row < endRow; row++) {
    const position = trace.seq[row]!;
    if (seen.has(position)) duplicates++;
    else {
      seen.add(position);
      counts[classOf(trace, row, sloMs)]++;
    }
  }
  return { offered, ...counts, duplicates, unaccounted: offered - seen.size };
}
