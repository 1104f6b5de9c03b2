/**
 * The part of a trial that belongs to one injection: from the injection to the next one, or to the end of the load.
 *
 *        t0 - SLO    t0 (startedMs)                       next injection's t0, or the end
 *   ---------|--------|-------------------------------------------|-------
 *                 |<--- positions that injection answers for -->|
 *
 * It begins with the first request that was under way at t0, since that request met the disruption too; one that was
 * already later than the SLO at t0 did not become late because of it and is left to what came before. Windows of one trial
 * follow each other without a gap, so every position from the first injection on is in one of them.
 */
import type { InjectionRecord, TimelineFile } from "../../../workloads/samples/timeline.ts";
import type { Trace } from "../../input/trial-samples.ts";
import { countUntil } from "../../trial/in-flight.ts";
import type { Stretch } from "./account.ts";

export interface InjectionWindow extends Stretch {
  readonly injection: InjectionRecord;
  /** Just before the act. */
  readonly startedMs: number;
  readonly endMs: number;
}

export interface WindowedTrial {
  readonly trace: Trace;
  readonly timeline: TimelineFile;
  /** End of the schedule, ms from the trial's start. */
  readonly endMs: number;
  /** Positions in the schedule. */
  readonly scheduled: number;
  readonly sloMs: number;
}

/** One for each started injection, in order. */
export function injectionWindows({
  trace,
  timeline,
  endMs,
  scheduled,
  sloMs,
}: WindowedTrial): InjectionWindow[] {
  const begun = timeline.injections
    .flatMap((injection) =>
      injection.startedMs === null ? [] : [{ injection, startedMs: injection.startedMs }],
    )
    .sort((a, b) => a.startedMs - b.startedMs);
  const rows = begun.map(({ startedMs }) => firstUnderWay(trace, startedMs, sloMs));
  const position = (row: number | undefined) =>
    row === undefined || row >= trace.length ? scheduled : trace.seq[row]!;
  return begun.map(({ injection, startedMs }, index) => ({
    injection,
    startedMs,
    endMs: begun[index + 1]?.startedMs ?? endMs,
    firstRow: rows[index]!,
    endRow: rows[index + 1] ?? trace.length,
    firstPosition: position(rows[index]),
    endPosition: position(rows[index + 1]),
  }));
}

function firstUnderWay(trace: Trace, startedMs: number, sloMs: number): number {
  const end = countUntil(trace.scheduledMs, startedMs);
  let row = countUntil(trace.scheduledMs, startedMs - sloMs);
  while (row < end && trace.completedMs[row]! < startedMs) row++;
  return row;
}
