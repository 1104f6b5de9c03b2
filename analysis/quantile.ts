/** The one quantile rule of the testbed. */

/** Ascending; the name is the promise. */
export type Sorted = Float64Array & { readonly sorted: unique symbol };

/** Sorts in place. NaN has no place here; +Infinity (a failure) sorts last. */
export function sorted(values: Float64Array): Sorted {
  return values.sort() as Sorted;
}

/**
 * Hyndman & Fan (1996) type 7: h = (n - 1) p, linear between the neighbours; numpy's and R's default.
 * @param p in [0, 1]
 * @returns NaN for no values, +Infinity where a failure takes part
 */
export function quantile(values: Sorted, p: number): number {
  const n = values.length;
  if (n === 0) return Number.NaN;
  const h = (n - 1) * p;
  const below = Math.floor(h);
  const low = values[below]!;
  const share = h - below;
  if (share === 0) return low;
  const high = values[below + 1]!;
  return high === Number.POSITIVE_INFINITY ? high : low + share * (high - low);
}

/** 2.576 squared; see quantileNeeds. */
export const quantileMargin = 6.64;

/**
 * Fewest values for a quantile to be shown: n (1 - p) >= 6.64 = 2.576^2, so that the 99 % interval of the number of values
 * beyond it, k +- 2.576 sqrt k, does not reach 0. p50 needs 14, p95 133, p99 664.
 */
export function quantileNeeds(p: number): number {
  return Math.ceil(quantileMargin / (1 - p) - 1e-9);
}
