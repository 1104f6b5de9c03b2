/**
 * Bands of a cell's percentile curve, by order statistics over its trials: the percentile of each trial by itself, of which
 * the k-th smallest and largest hold the median over deployments with the exact level of order-statistics.ts. What the band is of is
 * therefore the percentile of a typical trial, as everything else that is compared; the line is of the pooled requests.
 *
 * A percentile is banded where every trial has the requests that it needs (quantile.ts), and for four trials or more. A
 * bootstrap of blocks and requests held 78 to 89 % at p99 where it stated 95.
 */

import { fewestBlocks } from "../statistics/hodges-lehmann.ts";
import { medianEnds } from "../statistics/order-statistics.ts";
import { quantile, quantileNeeds, type Sorted, sorted } from "../statistics/quantile.ts";

export interface Band {
  /** +Infinity where a failure takes part. */
  readonly low: number;
  readonly high: number;
  /** Exact. */
  readonly level: number;
}

/**
 * @param trials response times of each valid trial, ascending
 * @returns for each p its band; undefined where there is none
 */
export function percentileBands(
  trials: readonly Sorted[],
  ps: readonly number[],
  alpha: number,
): (Band | undefined)[] {
  if (trials.length < fewestBlocks) return ps.map(() => undefined);
  const fewest = Math.min(...trials.map(({ length }) => length));
  return ps.map((p) => {
    if (fewest < quantileNeeds(p) || fewest < quantileNeeds(1 - p)) return undefined;
    return medianEnds(sorted(Float64Array.from(trials, (times) => quantile(times, p))), alpha);
  });
}
