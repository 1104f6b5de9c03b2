/** The measured part of a trial: the requests scheduled after the warm-up, with what every metric is computed from. */
import { type Outcome, outcomes } from "../workloads/sample.ts";
import { type Sorted, sorted } from "./quantile.ts";
import { okOutcome, responseMs, type Trace } from "./trace.ts";

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly seconds: number;
  /** Requests scheduled in the window: the n of every share and quantile. */
  readonly offered: number;
  readonly ok: number;
  /** Successes later than the SLO. */
  readonly late: number;
  readonly failed: number;
  readonly byOutcome: Readonly<Partial<Record<Outcome, number>>>;
  /** Successful completions that fell into the window, of requests scheduled before it too. */
  readonly completedOk: number;
  /** completed - scheduled; a failure is +Infinity. */
  readonly responseMs: Sorted;
  /** completed - sent; a failure is +Infinity. */
  readonly serviceMs: Sorted;
  /** first byte - sent: the service's own share. */
  readonly firstByteMs: Sorted;
  /** sent - scheduled; a request that was never sent is +Infinity. */
  readonly latenessMs: Sorted;
}

/** @param sloMs a success later than this after its scheduled instant is late */
export function windowOf(trace: Trace, fromMs: number, toMs: number, sloMs: number): Window {
  const rows = rowsBetween(trace, fromMs, toMs);
  const byOutcome: Partial<Record<Outcome, number>> = {};
  const response = new Float64Array(rows.length);
  const service = new Float64Array(rows.length);
  const firstByte = new Float64Array(rows.length);
  const lateness = new Float64Array(rows.length);
  let late = 0;
  rows.forEach((row, index) => {
    const outcome = outcomes[trace.outcome[row]!]!;
    byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
    const failed = outcome !== "ok";
    const sent = trace.sentMs[row]!;
    response[index] = responseMs(trace, row);
    service[index] = failed ? Number.POSITIVE_INFINITY : trace.completedMs[row]! - sent;
    firstByte[index] = orInfinite(failed ? Number.NaN : trace.firstByteMs[row]! - sent);
    lateness[index] = orInfinite(sent - trace.scheduledMs[row]!);
    if (!failed && response[index]! > sloMs) late++;
  });
  const ok = byOutcome.ok ?? 0;
  return {
    fromMs,
    toMs,
    seconds: (toMs - fromMs) / 1000,
    offered: rows.length,
    ok,
    late,
    failed: rows.length - ok,
    byOutcome,
    completedOk: okCompletions(trace, fromMs, toMs),
    responseMs: sorted(response),
    serviceMs: sorted(service),
    firstByteMs: sorted(firstByte),
    latenessMs: sorted(lateness),
  };
}

/** Rows scheduled in [fromMs, toMs), in order. */
export function rowsBetween(trace: Trace, fromMs: number, toMs: number): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < trace.length; row++) {
    if (trace.scheduledMs[row]! >= fromMs && trace.scheduledMs[row]! < toMs) rows.push(row);
  }
  return Uint32Array.from(rows);
}

function okCompletions(trace: Trace, fromMs: number, toMs: number): number {
  let count = 0;
  for (let row = 0; row < trace.length; row++) {
    if (
      trace.outcome[row] === okOutcome &&
      trace.completedMs[row]! >= fromMs &&
      trace.completedMs[row]! < toMs
    )
      count++;
  }
  return count;
}

function orInfinite(value: number): number {
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}
