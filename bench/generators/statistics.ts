/** What the receiver's clock says of a generator. */

import { quantile } from "../../workloads/drive/merge.ts";
import { autocorrelations, cvOf, dispersion } from "../../workloads/schedule/arrival-statistics.ts";

export interface ArrivalFigures {
  readonly n: number;
  readonly perSecond: number;
  readonly cv: number;
  readonly lag1: number;
  /** Index of dispersion of counts in windows of 50 mean arrivals. */
  readonly dispersion: number;
}

export function arrivalFigures(arrivals: Float64Array, seconds: number): ArrivalFigures {
  const offsets = arrivals.map((at) => at - (arrivals[0] ?? 0));
  const gaps = offsets.slice(1).map((at, index) => at - offsets[index]!);
  const lengthMs = offsets.at(-1) ?? 0;
  return {
    n: arrivals.length,
    perSecond: arrivals.length / seconds,
    cv: cvOf(gaps),
    lag1: autocorrelations(gaps, 1)[0] ?? 0,
    dispersion: dispersion(offsets, lengthMs / Math.max(1, arrivals.length / 50), lengthMs),
  };
}

export interface Errors {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * Arrivals against the intended instants. The generator's start is not known to the receiver, so the grid is laid where
 * the earliest arrival is exactly on time: no tool gains by a late start, and no arrival counts as early.
 */
export function errorsAgainst(intendedMs: Float64Array, arrivals: Float64Array): Errors {
  const n = Math.min(intendedMs.length, arrivals.length);
  const errors = Float64Array.from({ length: n }, (_, i) => arrivals[i]! - intendedMs[i]!);
  const least = errors.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const sorted = errors.map((error) => error - least).sort();
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), maxMs: sorted.at(-1) ?? 0 };
}

export function evenGrid(ratePerSecond: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => (i * 1000) / ratePerSecond);
}

export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}
