/**
 * The median over injections and its interval, by order statistics over what is independent: an injection with a trial of
 * its own, or a block.
 *
 *   x_(k), x_(n+1-k)    hold the median with the exact level 1 - 2 P(B <= k - 1), B ~ Binomial(n, 1/2)   (Conover 1999, 3.2)
 *
 * Injections of one trial share a deployment, so there each block speaks once: with the median of its injections, and where
 * it has an even number with the lower or the upper of the two in the middle, by a seeded coin. So a block lies above the true
 * median with probability one half whatever is shared within it and however skewed the times are (the middle of the two
 * would not: the mean of two exponential times has another median), and the level stays exact. Of fewer than four blocks
 * there is a median and no interval.
 *
 * A censored time is a lower bound. The lower end takes it at that bound, the upper end as if it never came, so that the
 * interval holds the median at its level or above however the censoring came about; an end that was not reached is open.
 * The median itself is then Kaplan and Meier's.
 *
 * `npm run bench:coverage -- --only recovery-median,recovery-blocks,recovery-censored` has what they hold.
 */
import { randomStream } from "../../workloads/random/random.ts";
import { counted } from "../figures/format.ts";
import type { MedianEstimate } from "../schema/recovery.ts";
import { fewestBlocks } from "../statistics/hodges-lehmann.ts";
import { type Duration, kaplanMeier, survivalMedian } from "../statistics/kaplan-meier.ts";
import { medianEnds } from "../statistics/order-statistics.ts";
import { type Sorted, sorted } from "../statistics/quantile.ts";

export interface Repeat extends Duration {
  readonly trial: string;
  readonly block: number;
}

/**
 * @param seed of the coins: the same folder gives the same interval
 * @returns null for fewer than four repeats
 */
export function medianEstimate(
  repeats: readonly Repeat[],
  alpha: number,
  seed: string,
): MedianEstimate | null {
  if (repeats.length < fewestBlocks) return null;
  const counts = {
    value: medianOf(repeats),
    n: repeats.length,
    trials: new Set(repeats.map(({ trial }) => trial)).size,
    censored: repeats.filter(({ censored }) => censored).length,
  };
  if (counts.trials === repeats.length) {
    return { ...counts, ...byOrder(repeats.map(bounds), alpha), interval: "order statistics" };
  }
  const blocks = byBlock(repeats);
  return blocks.size < fewestBlocks
    ? { ...counts, low: null, high: null, level: null, interval: "none" }
    : { ...counts, ...byOrder(blockMedians(blocks, seed), alpha), interval: "blocks" };
}

/** Why there is no median of so many injections. */
export function tooFew(injections: number): string {
  return `${counted(injections, "injection")}, ${fewestBlocks} are needed`;
}

/** What is known of a time. */
interface Bounds {
  readonly least: number;
  /** Infinity for one that was not seen to end. */
  readonly most: number;
}

function bounds({ value, censored }: Duration): Bounds {
  return { least: value, most: censored ? Number.POSITIVE_INFINITY : value };
}

/** An end beyond what was observed is null. */
function byOrder(units: readonly Bounds[], alpha: number) {
  const { low, high, level } = medianEnds(sortedBy(units, "least"), alpha, sortedBy(units, "most"));
  return { low, high: Number.isFinite(high) ? high : null, level };
}

/** Of each block one injection: that in the middle, or by a coin one of the two. */
function blockMedians(blocks: ReadonlyMap<number, readonly Repeat[]>, seed: string): Bounds[] {
  return [...blocks].map(([block, repeats]) => {
    const upper = randomStream(`${seed}/${block}`, "median of a block").uniform() < 0.5;
    const index = repeats.length % 2 === 1 || upper ? repeats.length >> 1 : repeats.length / 2 - 1;
    const known = repeats.map(bounds);
    return { least: sortedBy(known, "least")[index]!, most: sortedBy(known, "most")[index]! };
  });
}

function byBlock(repeats: readonly Repeat[]): Map<number, Repeat[]> {
  const blocks = new Map<number, Repeat[]>();
  for (const repeat of repeats) blocks.set(repeat.block, [...(blocks.get(repeat.block) ?? []), repeat]);
  return blocks;
}

function medianOf(repeats: readonly Duration[]): number | null {
  if (repeats.some(({ censored }) => censored)) return survivalMedian(kaplanMeier(repeats, 0.05));
  const values = sortedBy(repeats.map(bounds), "least");
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
}

function sortedBy(units: readonly Bounds[], end: keyof Bounds): Sorted {
  return sorted(Float64Array.from(units, (unit) => unit[end]));
}
