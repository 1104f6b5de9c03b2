/**
 * The interval of a share of requests (on time, failed) over trials: Clopper and Pearson's by the beta distribution, at the
 * number of requests that would say as much if they were independent (Korn and Graubard 1998, for clustered samples).
 *
 *   q      sum of m_t / sum of n_t                      m_t of n_t requests of trial t; q the smaller of the share and its rest
 *   v      R / (R - 1) sum (m_t - q n_t)^2 / (sum n_t)^2        between R trials: what is shared within one is in it
 *   n*     min(q (1 - q) / v, sum n_t / d)  x  (z / t_(R-1))^2            t for so few trials
 *   ends   Beta(n* q, n* (1 - q) + 1) at alpha/2,  Beta(n* q + 1, n* (1 - q)) at 1 - alpha/2
 *
 * d is the design effect of "slower than nine of ten requests", a share that every trial has, since what makes requests slow
 * makes them late. Few late requests, in fewer clusters, say too little of their own v (alone it held 83 to 95 %), and none say
 * nothing: so 100 % has a lower end below 100 %. The interval holds at its level or above. A t interval of such shares is [100 %, 100 %] where nothing was missed and held 59 % at a share of .997.
 */

import type { Estimate } from "../figures/figures.ts";
import { betaQuantile, normalQuantile, studentQuantile } from "./distributions.ts";

export interface TrialShare {
  readonly value: number;
  /** Requests. */
  readonly n: number;
}

/**
 * @param effect how many requests say as much as one independent one, where no trial differs from another; at least 1
 * @returns null for fewer than two trials
 */
export function shareInterval(trials: readonly TrialShare[], alpha: number, effect: number): Estimate | null {
  if (trials.length < 2) return null;
  const total = trials.reduce((sum, { n }) => sum + n, 0);
  const share = trials.reduce((sum, { value, n }) => sum + value * n, 0) / total;
  const spread =
    trials.reduce((sum, { value, n }) => sum + ((value - share) * n) ** 2, 0) *
    (trials.length / (trials.length - 1));
  const independent =
    spread === 0
      ? total / Math.max(1, effect)
      : Math.min(total / Math.max(1, effect), (share * (1 - share) * total ** 2) / spread);
  const few = normalQuantile(1 - alpha / 2) / studentQuantile(1 - alpha / 2, trials.length - 1);
  const n = independent * few ** 2;
  return {
    value: share,
    low: betaQuantile(alpha / 2, n * share, n * (1 - share) + 1),
    high: betaQuantile(1 - alpha / 2, n * share + 1, n * (1 - share)),
    level: 1 - alpha,
    n: trials.length,
  };
}

/** Variance of the trials' counts of requests slower than nine of ten, over that of independent requests. */
export function designEffect(responses: readonly Float64Array[], pooled: Float64Array): number {
  const limit = pooled[Math.floor(0.9 * pooled.length)] ?? Number.POSITIVE_INFINITY;
  const counts = responses.map((times) => ({
    n: times.length,
    m: times.filter((time) => time > limit).length,
  }));
  const total = counts.reduce((sum, { n }) => sum + n, 0);
  const share = counts.reduce((sum, { m }) => sum + m, 0) / total;
  if (!(share > 0 && share < 1) || counts.length < 2) return 1;
  const spread =
    counts.reduce((sum, { n, m }) => sum + (m - share * n) ** 2, 0) * (counts.length / (counts.length - 1));
  return Math.max(1, spread / (total * share * (1 - share)));
}

/**
 * Of k of n that are independent, by Clopper and Pearson (1934): at its level or above for every share. Wilson's holds 91 % where
 * one of a thousand disagrees and 500 were asked.
 */
export function exactInterval(
  k: number,
  n: number,
  level: number,
): { readonly low: number; readonly high: number } {
  const alpha = 1 - level;
  return { low: betaQuantile(alpha / 2, k, n - k + 1), high: betaQuantile(1 - alpha / 2, k + 1, n - k) };
}
