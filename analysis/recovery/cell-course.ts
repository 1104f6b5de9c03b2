/** The course of a cell's injections over time: the observed events, and the medians of the chart. */

import type { InjectionResult, RecoveryCell } from "../schema/recovery.ts";
import { quantile, sorted } from "../statistics/quantile.ts";
import { type Grid, leadSeconds } from "./injection/aligned.ts";
import { medianEstimate, type Repeat, tooFew } from "./median.ts";

/**
 * Time to the first event of each kind, over the injections that saw one; in the order in which they came.
 * @param seed of the interval's draws, where it needs any
 */
export function eventMedians(
  measured: readonly InjectionResult[],
  alpha: number,
  seed: string,
): RecoveryCell["events"] {
  const first = new Map<string, { source: string; kind: string; times: Repeat[] }>();
  for (const { trial, block, events } of measured) {
    const seen = new Set<string>();
    for (const { source, kind, afterMs } of events) {
      const key = `${source} ${kind}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const found = first.get(key) ?? { source, kind, times: [] };
      found.times.push({ trial, block, value: afterMs, censored: false });
      first.set(key, found);
    }
  }
  return [...first.values()]
    .map((event) => ({ ...event, middle: half(event.times.map(({ value }) => value))! }))
    .sort((a, b) => a.middle - b.middle || (a.kind < b.kind ? -1 : 1))
    .map(({ source, kind, times }) => {
      const median = medianEstimate(times, alpha, `${seed}/${source} ${kind}`);
      return { source, kind, median, n: times.length, why: median === null ? tooFew(times.length) : "" };
    });
}

/** Bins that fewer than half of the injections reach are left out: their median would be of a choice. */
export function seriesOf(
  measured: readonly InjectionResult[],
  { bins, binSeconds }: Grid,
): RecoveryCell["series"] {
  return Array.from({ length: bins }, (_, bin) => {
    const reached = measured.filter(({ series }) => series!.badShare[bin] !== null);
    const of = (key: "responseMs" | "badShare" | "latenessMs") =>
      reached.map(({ series }) => series![key][bin] ?? Number.POSITIVE_INFINITY);
    return {
      // Rounded, since 0.1 has no exact double and sums of it show.
      atSeconds: Number((bin * binSeconds - leadSeconds).toFixed(6)),
      n: reached.length,
      responseMs: half(of("responseMs")),
      responseLowMs: quantileOf(of("responseMs"), 0.25),
      responseHighMs: quantileOf(of("responseMs"), 0.75),
      badShare: half(of("badShare")),
      latenessMs: half(of("latenessMs")),
    };
  }).filter(({ n }) => n > 0 && n >= measured.length / 2);
}

function half(values: readonly number[]): number | null {
  return quantileOf(values, 0.5);
}

function quantileOf(values: readonly number[], p: number): number | null {
  const value = quantile(sorted(Float64Array.from(values)), p);
  return Number.isFinite(value) ? value : null;
}
