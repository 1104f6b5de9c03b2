/** The statistics of instants that the audit compares with those of drawn schedules: their gaps, counts and order. */
import type { ArrivalSpec } from "../arrivals/index.ts";
import { type RenewalSpec, renewalOf, renewals } from "../arrivals/renewals.ts";

/** Of the serial correlation. */
const lagsTo = 20;
/** Mean arrivals per window at which counts are compared. */
const windowScales = [2, 10, 50, 250] as const;
const fewestWindows = 8;
const leastMiss = 1e-7;
/** F is asked at so many of the ordered gaps: a distance between two of them is at most 1/512 more. */
const mostCdfPoints = 512;

/** By name; none has a unit. */
type Statistics = Record<string, number>;

/** Of ascending instants, ms from the start: how many, how their gaps spread, how their counts do. */
export function statisticsOf(
  offsetsMs: Float64Array,
  { ratePerSecond, durationSeconds }: { ratePerSecond: number; durationSeconds: number },
  distance: (sortedGaps: Float64Array) => number,
): Statistics {
  const gaps = gapsOf(offsetsMs, ratePerSecond);
  return {
    "requests / expected": offsetsMs.length / (ratePerSecond * durationSeconds),
    "KS distance of gaps": distance(Float64Array.from(gaps).sort()),
    "CV of gaps": cvOf(gaps),
    ...Object.fromEntries(
      windowScales
        .filter((scale) => (ratePerSecond * durationSeconds) / scale >= fewestWindows)
        .map((scale) => [
          `dispersion of counts, ${scale} expected`,
          dispersion(offsetsMs, (scale / ratePerSecond) * 1000, durationSeconds * 1000),
        ]),
    ),
  };
}

/** Of the same: what depends on the order of the gaps, and on where the last one ends. */
export function serialStatisticsOf(offsetsMs: Float64Array, ratePerSecond: number): Statistics {
  const gaps = gapsOf(offsetsMs, ratePerSecond);
  const correlation = autocorrelations(gaps, lagsTo);
  return {
    "lag-1 autocorrelation": correlation[0] ?? 0,
    [`lags 1-${lagsTo}, n sum r^2`]: gaps.length * correlation.reduce((sum, r) => sum + r * r, 0),
    "ln |end / (n / rate) - 1|": endMiss(offsetsMs, ratePerSecond),
  };
}

/** With mean 1 under the law; without the first, which is a residual one. */
function gapsOf(offsetsMs: Float64Array, ratePerSecond: number): Float64Array {
  return offsetsMs.slice(1).map((at, index) => ((at - offsetsMs[index]!) / 1000) * ratePerSecond);
}

/** A schedule made to end at n / rate misses it by nothing, which hardly any honest one does. */
function endMiss(offsetsMs: Float64Array, ratePerSecond: number): number {
  if (offsetsMs.length === 0) return 0;
  const miss = Math.abs(((offsetsMs.at(-1)! / 1000) * ratePerSecond) / offsetsMs.length - 1);
  return Math.log(Math.max(miss, leastMiss));
}

/** r_1 .. r_lags of a series; 0 where it does not vary. */
export function autocorrelations(series: Float64Array, lags: number): number[] {
  const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
  const centred = series.map((value) => value - mean);
  const variance = centred.reduce((sum, value) => sum + value * value, 0);
  return Array.from({ length: Math.min(lags, Math.max(0, series.length - 1)) }, (_, index) => {
    let sum = 0;
    for (let at = index + 1; at < centred.length; at++) sum += centred[at]! * centred[at - index - 1]!;
    // Rounding alone gives a constant series a variance of about n eps^2.
    return variance > series.length * 1e-18 ? sum / variance : 0;
  });
}

/** Index of dispersion of counts: variance / mean of the arrivals per window. 1 for a Poisson process. */
export function dispersion(offsetsMs: Float64Array, windowMs: number, durationMs: number): number {
  const counts = new Float64Array(Math.floor(durationMs / windowMs + 1e-9));
  for (const at of offsetsMs) {
    const window = Math.floor(at / windowMs);
    if (window < counts.length) counts[window]!++;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return mean === 0 ? 0 : counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length / mean;
}

/** Coefficient of variation: standard deviation / mean; 0 where the mean is. */
export function cvOf(gaps: Float64Array): number {
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return mean > 0 ? Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean : 0;
}

/**
 * Kolmogorov-Smirnov distance from the law's F where it has one, else (and in steps) from the gaps of all drawn
 * schedules together.
 * Constant gaps have a step for an F, from which any clock is far: there it is the mean departure from 1.
 */
export function distanceFrom(
  arrival: ArrivalSpec,
  ratePerSecond: number,
  drawn: readonly Float64Array[],
  inSteps: boolean,
): (sortedGaps: Float64Array) => number {
  if (arrival.kind === "constant") {
    return (gaps) => gaps.reduce((sum, gap) => sum + Math.abs(gap - 1), 0) / Math.max(1, gaps.length);
  }
  const cdf =
    isRenewal(arrival) && !inSteps
      ? (x: number) => renewalOf(arrival).cdf(arrival, x)
      : empiricalCdf(drawn, ratePerSecond);
  return (gaps) => {
    let distance = 0;
    const step = Math.max(1, Math.floor(gaps.length / mostCdfPoints));
    for (let index = 0; index < gaps.length; index += step) {
      const f = cdf(gaps[index]!);
      distance = Math.max(distance, f - index / gaps.length, (index + 1) / gaps.length - f);
    }
    return distance;
  };
}

function isRenewal(arrival: ArrivalSpec): arrival is RenewalSpec {
  return Object.hasOwn(renewals, arrival.kind);
}

function empiricalCdf(drawn: readonly Float64Array[], ratePerSecond: number): (x: number) => number {
  const pooled = Float64Array.from(drawn.flatMap((offsets) => [...gapsOf(offsets, ratePerSecond)])).sort();
  return (x) => {
    let [low, high] = [0, pooled.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pooled[middle]! <= x) low = middle + 1;
      else high = middle;
    }
    return low / pooled.length;
  };
}
