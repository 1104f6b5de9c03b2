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

/**
 * The same of values in any order, by selection in place (Hoare's FIND): O(n), for the one or two quantiles of a time that
 * needs no full order. The values stay, in another order.
 */
export function selectedQuantile(values: Float64Array, p: number): number {
  const n = values.length;
  if (n === 0) return Number.NaN;
  const h = (n - 1) * p;
  const below = Math.floor(h);
  const low = select(values, below);
  const share = h - below;
  if (share === 0) return low;
  let high = values[below + 1]!;
  for (let index = below + 2; index < n; index++) if (values[index]! < high) high = values[index]!;
  return high === Number.POSITIVE_INFINITY ? high : low + share * (high - low);
}

/** The k-th smallest, counted from 0; all before it are no larger, all after it no smaller. */
function select(values: Float64Array, k: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >>> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const swapped = values[i]!;
        values[i++] = values[j]!;
        values[j--] = swapped;
      }
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k]!;
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
