/** Outcomes of requests by their scheduled instant relative to the injection: one repeat of the report's chart. */

import { responseMs, type Trace } from "../../input/trial-samples.ts";
import { quantile, sorted } from "../../statistics/quantile.ts";
import { countUntil } from "../../trial/in-flight.ts";
import { classOf } from "./account.ts";

/** Before the injection. */
export const leadSeconds = 5;
const mostBins = 120;
/** Fewest requests of a bin on average: a median of less jumps. */
const fewest = 8;
/** Widths that a reader can count by, seconds. */
const widths = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300] as const;

export interface Grid {
  readonly binSeconds: number;
  /** Bins from `leadSeconds` before the injection on. */
  readonly bins: number;
}

export interface AlignedSeries {
  /** Median of the bin, failures as beyond any time; null there, and for an empty bin. */
  readonly responseMs: readonly (number | null)[];
  /** Share of the bin that is late, failed or lost; null for an empty bin or beyond the injection's window. */
  readonly badShare: readonly (number | null)[];
  /** Largest sent - scheduled. */
  readonly latenessMs: readonly (number | null)[];
}

/** One grid for all arms of a scenario. */
export function gridOf(everySeconds: number, ratePerSecond: number): Grid {
  const length = leadSeconds + everySeconds;
  const binSeconds =
    widths.find((width) => length / width <= mostBins && width * ratePerSecond >= fewest) ?? widths.at(-1)!;
  return { binSeconds, bins: Math.ceil(length / binSeconds) };
}

export function aligned(
  trace: Trace,
  { startedMs, endMs }: { readonly startedMs: number; readonly endMs: number },
  sloMs: number,
  { binSeconds, bins }: Grid,
): AlignedSeries {
  const series = Array.from({ length: bins }, (_, bin) => {
    const fromMs = startedMs + (bin * binSeconds - leadSeconds) * 1000;
    const toMs = fromMs + binSeconds * 1000;
    if (fromMs < 0 || toMs > endMs) return empty;
    return binOf(trace, countUntil(trace.scheduledMs, fromMs), countUntil(trace.scheduledMs, toMs), sloMs);
  });
  return {
    responseMs: series.map((bin) => bin.responseMs),
    badShare: series.map((bin) => bin.badShare),
    latenessMs: series.map((bin) => bin.latenessMs),
  };
}

const empty = { responseMs: null, badShare: null, latenessMs: null };

function binOf(trace: Trace, first: number, end: number, sloMs: number) {
  if (end === first) return empty;
  const responses = new Float64Array(end - first);
  let bad = 0;
  let latest = Number.NEGATIVE_INFINITY;
  for (let row = first; row < end; row++) {
    responses[row - first] = responseMs(trace, row);
    if (classOf(trace, row, sloMs) !== "ok") bad++;
    const lateness = trace.sentMs[row]! - trace.scheduledMs[row]!;
    if (lateness > latest) latest = lateness;
  }
  const median = quantile(sorted(responses), 0.5);
  return {
    responseMs: Number.isFinite(median) ? median : null,
    badShare: bad / (end - first),
    latenessMs: Number.isFinite(latest) ? latest : null,
  };
}
