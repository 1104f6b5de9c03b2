/**
 * Whether a value keeps a limit, by an interval whose ends each hold with the stated confidence c: a two-sided interval at
 * level 1 - 2 (1 - c).
 *
 *   met        the whole interval keeps the limit       said of a value that does not keep it: in 1 - c at most
 *   missed     the whole interval is beyond the limit   said of a value that keeps it: in 1 - c at most
 *   not shown  the limit lies within the interval
 *
 * "All objectives are met" needs no correction for their number: it is said only where each is met, so it is wrong as often
 * as the one that is not kept at most (intersection-union test, Berger 1982).
 */
import type { ObjectiveState } from "../schema/objective.ts";
import { medianEnds } from "../statistics/order-statistics.ts";
import { quantile, sorted } from "../statistics/quantile.ts";

export interface Limit {
  readonly direction: "at most" | "at least";
  readonly limit: number;
}

export interface Interval {
  /** Null: not known. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Of the two-sided interval whose ends hold with this confidence each. */
export function twoSidedAlpha(confidence: number): number {
  return 2 * (1 - confidence);
}

export function judged({ direction, limit }: Limit, { low, high }: Interval): ObjectiveState {
  const [near, far] = direction === "at most" ? [low, high] : [high, low];
  const keeps = (value: number) => (direction === "at most" ? value <= limit : value >= limit);
  if (far !== null && keeps(far)) return "met";
  return near !== null && !keeps(near) ? "missed" : "not shown";
}

/** Whether an interval of this level has ends that each hold with the confidence. */
export function isSureEnough(level: number, confidence: number): boolean {
  // Binary fractions: .9 and 1 - 2 (1 - .95) are not the same number.
  return level >= 1 - twoSidedAlpha(confidence) - 1e-9;
}

/**
 * The median and its interval by order statistics. An infinite value is one that is beyond every limit (a p99 of which more than
 * 1 % failed, the queue of an overloaded service).
 *
 * @returns null where so few values say nothing with this confidence: 5 are needed for 95 %
 */
export function medianInterval(
  values: readonly number[],
  confidence: number,
): { readonly value: number; readonly low: number; readonly high: number } | null {
  if (values.length === 0) return null;
  const ordered = sorted(Float64Array.from(values));
  const { low, high, level } = medianEnds(ordered, twoSidedAlpha(confidence));
  return isSureEnough(level, confidence) ? { value: quantile(ordered, 0.5), low, high } : null;
}

/** Values that a median's interval of this confidence needs. */
export function valuesNeeded(confidence: number): number {
  return Math.ceil(-Math.log2(1 - confidence) - 1e-9);
}

/** Injections that all have to keep a limit before a share of them is shown with the confidence. */
export function injectionsNeeded(share: number, confidence: number): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(share));
}
