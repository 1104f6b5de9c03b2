/**
 * The median over injections and its interval.
 *
 *   each injection has a trial of its own   order statistics x_(k), x_(n+1-k) with the exact level 1 - 2 P(B <= k - 1),
 *                                           B ~ Binomial(n, 1/2); Kaplan-Meier with its own interval where some are censored
 *   trials hold several                     they share a deployment, so they are not independent: the wider, on each side, of
 *                                           that interval and the percentile interval of a bootstrap that draws whole blocks
 *   these, and fewer than five blocks       nothing to draw from: that interval alone, labelled as what it is
 *
 * The wider of the two, since a bootstrap of few blocks is too short by itself; test/analysis/recovery/median.test.ts holds
 * the coverage.
 */
import { randomStream } from "../../workloads/random.ts";
import { fewestBlocks } from "../hodges-lehmann.ts";
import { counted } from "../words.ts";
import { type Duration, kaplanMeier, survivalMedian } from "./kaplan-meier.ts";
import type { MedianEstimate } from "./result.ts";

export interface Repeat extends Duration {
  readonly trial: string;
  readonly block: number;
}

const fewestToDraw = 5;
const draws = 1000;

/**
 * @param seed of the draws: the same folder gives the same interval
 * @returns null for fewer than four repeats
 */
export function medianEstimate(
  repeats: readonly Repeat[],
  alpha: number,
  seed: string,
): MedianEstimate | null {
  if (repeats.length < fewestBlocks) return null;
  const trials = new Set(repeats.map(({ trial }) => trial)).size;
  const censored = repeats.filter((repeat) => repeat.censored).length;
  const single = censored > 0 ? byKaplanMeier(repeats, alpha) : byOrder(repeats, alpha);
  const counts = { n: repeats.length, trials, censored };
  if (trials === repeats.length) return { ...single, ...counts };
  const blocks = byBlock(repeats);
  if (blocks.length < fewestToDraw) return { ...single, ...counts, interval: "injections" };
  const drawn = bootstrap(blocks, alpha, seed);
  return {
    ...single,
    ...counts,
    low: lower(single.low, drawn.low),
    high: higher(single.high, drawn.high),
    interval: "blocks",
  };
}

/** Why there is no median of so many injections. */
export function tooFew(injections: number): string {
  return `${counted(injections, "injection")}, ${fewestBlocks} are needed`;
}

type Single = Pick<MedianEstimate, "value" | "low" | "high" | "level" | "interval">;

function byOrder(repeats: readonly Duration[], alpha: number): Single {
  const values = Float64Array.from(repeats, ({ value }) => value).sort();
  const { k, level } = medianRank(values.length, alpha);
  return {
    value: middle(values),
    low: values[k - 1]!,
    high: values[values.length - k]!,
    level,
    interval: "order statistics",
  };
}

function byKaplanMeier(repeats: readonly Duration[], alpha: number): Single {
  return { ...survivalMedian(kaplanMeier(repeats, alpha)), level: 1 - alpha, interval: "Kaplan-Meier" };
}

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

function byBlock(repeats: readonly Repeat[]): Repeat[][] {
  const blocks = new Map<number, Repeat[]>();
  for (const repeat of repeats) blocks.set(repeat.block, [...(blocks.get(repeat.block) ?? []), repeat]);
  return [...blocks.values()];
}

function bootstrap(blocks: readonly (readonly Repeat[])[], alpha: number, seed: string) {
  const random = randomStream(seed, "median over injections");
  const isCensored = blocks.some((block) => block.some(({ censored }) => censored));
  const medianOf = isCensored ? survivalMedianOf : orderMedianOf(blocks);
  const medians = Float64Array.from({ length: draws }, () =>
    medianOf(blocks.map(() => blocks[random.index(blocks.length)]!)),
  ).sort();
  const tail = Math.floor((alpha / 2) * draws);
  return { low: finite(medians[tail]!), high: finite(medians[draws - 1 - tail]!) };
}

function survivalMedianOf(blocks: readonly (readonly Duration[])[]): number {
  return survivalMedian(kaplanMeier(blocks.flat(), 0.5)).value ?? Number.POSITIVE_INFINITY;
}

/** Into one buffer: a thousand draws for every measure of every cell are worth it. */
function orderMedianOf(blocks: readonly (readonly Duration[])[]) {
  const longest = Math.max(...blocks.map(({ length }) => length));
  const buffer = new Float64Array(longest * blocks.length);
  return (drawn: readonly (readonly Duration[])[]): number => {
    let length = 0;
    for (const block of drawn) for (const { value } of block) buffer[length++] = value;
    return middle(buffer.subarray(0, length).sort());
  };
}

function middle(values: Float64Array): number {
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
}

/** Null is beyond what was observed. */
function lower(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

function higher(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
