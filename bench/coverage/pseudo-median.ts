import { quantile, sorted } from "../../analysis/statistics/quantile.ts";

/** What intervals over trials and blocks are of: the median of the means of two. Of many values: each with twenty others, not all. */
export function pseudoMedianOfMany(values: readonly number[]): number {
  const averages = values.flatMap((value, index) =>
    Array.from({ length: 20 }, (_, by) => (value + values[(index + (by + 1) * 97) % values.length]!) / 2),
  );
  return quantile(sorted(Float64Array.from(averages)), 0.5);
}
