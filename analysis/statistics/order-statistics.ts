/**
 * The interval of a median by order statistics, exact whatever the values' distribution is, infinite values too:
 *
 *   x_(k), x_(n+1-k)    hold the median with the level 1 - 2 P(B <= k - 1), B ~ Binomial(n, 1/2)   (Conover 1999, 3.2)
 */
import type { Sorted } from "./quantile.ts";

/** Largest k whose interval covers at least 1 - alpha; 1 where none does, with the level that it has. */
export function medianRank(n: number, alpha: number): { k: number; level: number } {
  let mass = 0.5 ** n;
  let below = mass;
  let k = 1;
  for (;;) {
    const next = (mass * (n - k + 1)) / k;
    if (k >= n / 2 || 1 - 2 * (below + next) < 1 - alpha) return { k, level: 1 - 2 * below };
    mass = next;
    below += mass;
    k++;
  }
}

/**
 * @param values of at least one
 * @param upper the same, of which the upper end is taken, where a value is known between two bounds only
 */
export function medianEnds(
  values: Sorted,
  alpha: number,
  upper: Sorted = values,
): { readonly low: number; readonly high: number; readonly level: number } {
  const { k, level } = medianRank(values.length, alpha);
  return { low: values[k - 1]!, high: upper[upper.length - k]!, level };
}
