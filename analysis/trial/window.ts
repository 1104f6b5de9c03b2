/** The measured part of a trial: the requests scheduled after the warm-up, with the inputs of every metric. */
import { type Outcome, outcomes } from "../../workloads/samples/sample.ts";
import { okOutcome, responseMs, type Trace } from "../input/trial-samples.ts";
import { type Sorted, sorted } from "../statistics/quantile.ts";
import { countBefore } from "./in-flight.ts";
import { onTime } from "./late-sends.ts";

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly seconds: number;
  readonly sloMs: number;
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
  /** completed - sent, in no order; a failure is +Infinity. */
  readonly serviceMs: Float64Array;
  /** first byte - sent, in no order: the service's own share. */
  readonly firstByteMs: Float64Array;
  /** sent - scheduled, in no order; a request that was never sent is +Infinity. */
  readonly latenessMs: Float64Array;
  /** Bounds of the response times with every request sent on time; see late-sends.ts. */
  readonly onTime: { readonly leastMs: Sorted; readonly mostMs: Sorted; readonly touched: number };
}

/**
 * @param sloMs a success later than this after its scheduled instant is late
 * @param servers requests that the service works on at once; without, every one that it is sent
 */
export function windowOf(
  trace: Trace,
  fromMs: number,
  toMs: number,
  sloMs: number,
  servers = Number.POSITIVE_INFINITY,
): Window {
  const { first, last } = rowsBetween(trace, fromMs, toMs);
  const offered = last - first;
  const counts = new Uint32Array(outcomes.length);
  const service = new Float64Array(offered);
  const firstByte = new Float64Array(offered);
  const lateness = new Float64Array(offered);
  const response = responsesBetween(trace, fromMs, toMs);
  let late = 0;
  for (let index = 0; index < offered; index++) {
    const row = first + index;
    const outcome = trace.outcome[row]!;
    counts[outcome]!++;
    const failed = outcome !== okOutcome;
    const sent = trace.sentMs[row]!;
    service[index] = failed ? Number.POSITIVE_INFINITY : trace.completedMs[row]! - sent;
    firstByte[index] = failed ? Number.POSITIVE_INFINITY : orInfinite(trace.firstByteMs[row]! - sent);
    lateness[index] = orInfinite(sent - trace.scheduledMs[row]!);
    if (!failed && response[index]! > sloMs) late++;
  }
  const ok = counts[okOutcome]!;
  const { leastMs, mostMs, touched } = onTime(trace, first, last, servers);
  return {
    fromMs,
    toMs,
    seconds: (toMs - fromMs) / 1000,
    sloMs,
    offered,
    ok,
    late,
    failed: offered - ok,
    byOutcome: Object.fromEntries(
      outcomes.map((outcome, code) => [outcome, counts[code]!]).filter(([, count]) => count !== 0),
    ),
    completedOk: okCompletions(trace, fromMs, toMs),
    responseMs: sorted(response),
    serviceMs: service,
    firstByteMs: firstByte,
    latenessMs: lateness,
    onTime: { leastMs: sorted(leastMs), mostMs: sorted(mostMs), touched },
  };
}

/** Rows scheduled in [fromMs, toMs): those from `first` on and before `last`, since a trace has the schedule's order. */
export function rowsBetween(trace: Trace, fromMs: number, toMs: number): { first: number; last: number } {
  const first = countBefore(trace.scheduledMs, fromMs);
  return { first, last: Math.max(first, countBefore(trace.scheduledMs, toMs)) };
}

/** Response times of the requests scheduled in [fromMs, toMs), in that order; a failure is +Infinity. */
export function responsesBetween(trace: Trace, fromMs: number, toMs: number): Float64Array {
  const { first, last } = rowsBetween(trace, fromMs, toMs);
  const responses = new Float64Array(last - first);
  for (let row = first; row < last; row++) responses[row - first] = responseMs(trace, row);
  return responses;
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
