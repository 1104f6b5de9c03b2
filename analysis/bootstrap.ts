/**
 * Bands of a cell's percentile curve by the hierarchical bootstrap: blocks are drawn with replacement, and within each
 * drawn trial moving blocks of about sqrt(n) requests (Kunsch 1989), so that both the differences between deployments and
 * the correlation of neighbouring requests stay in. For the pictures: verdicts come from the paired comparison.
 */
import { randomStream } from "../workloads/random.ts";
import type { Sorted } from "./quantile.ts";

const replicates = 200;
const coverage = 0.95;
/** Values are counted in as many bins as this, of equal numbers of requests: a band is exact to 1/4096 in p. */
const mostBins = 4096;

export interface Band {
  /** +Infinity where a failure takes part. */
  readonly low: number;
  readonly high: number;
}

/**
 * @param trials response times in the order of the schedule, one array per valid trial
 * @param pooled all of them, sorted
 * @param seed of the draws: the same folder gives the same bands
 * @returns one band for each p; undefined for fewer than two trials
 */
export function percentileBands(
  trials: readonly Float64Array[],
  pooled: Sorted,
  ps: readonly number[],
  seed: string,
): Band[] | undefined {
  if (trials.length < 2 || pooled.length === 0) return undefined;
  const edges = binEdges(pooled);
  const coded = trials.map((values) => codes(values, edges));
  const random = randomStream(seed, "percentile bands");
  const drawn = ps.map(() => new Float64Array(replicates));
  for (let replicate = 0; replicate < replicates; replicate++) {
    const counts = new Uint32Array(edges.length);
    const others = new Uint32Array(edges.length);
    for (let block = 0; block < trials.length; block++) {
      countMovingBlocks(coded[random.index(trials.length)]!, [counts, others], random.index);
    }
    for (let bin = 0; bin < counts.length; bin++) counts[bin]! += others[bin]!;
    quantilesOf(counts, edges, ps).forEach((value, index) => {
      drawn[index]![replicate] = value;
    });
  }
  const tail = Math.floor(((1 - coverage) / 2) * replicates);
  return drawn.map((values) => {
    values.sort();
    return { low: values[tail]!, high: values[replicates - 1 - tail]! };
  });
}

/**
 * As many requests as the trial has, in runs of consecutive ones that begin anywhere. Counted by turns in two arrays, so
 * that a count need not wait for the one before it: this loop is most of an analysis of millions.
 */
function countMovingBlocks(
  codes: Uint16Array,
  [counts, others]: readonly [Uint32Array, Uint32Array],
  index: (count: number) => number,
): void {
  const n = codes.length;
  const length = Math.min(n, Math.ceil(Math.sqrt(n)));
  for (let taken = 0; taken < n; ) {
    const start = index(n - length + 1);
    const end = start + Math.min(length, n - taken);
    let row = start;
    for (; row + 1 < end; row += 2) {
      counts[codes[row]!]!++;
      others[codes[row + 1]!]!++;
    }
    if (row < end) counts[codes[row]!]!++;
    taken += end - start;
  }
}

/** Ascending upper ends of bins with equal numbers of requests; every value itself where there are few. */
function binEdges(pooled: Sorted): Float64Array {
  if (pooled.length <= mostBins) return Float64Array.from(pooled);
  return Float64Array.from(
    { length: mostBins },
    (_, bin) => pooled[Math.ceil(((bin + 1) * pooled.length) / mostBins) - 1]!,
  );
}

function codes(values: Float64Array, edges: Float64Array): Uint16Array {
  const coded = new Uint16Array(values.length);
  for (let row = 0; row < values.length; row++) coded[row] = firstAtLeast(edges, values[row]!);
  return coded;
}

function firstAtLeast(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inverse of the empirical distribution at each p, which ascend. */
function quantilesOf(counts: Uint32Array, edges: Float64Array, ps: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let bin = 0;
  let below = counts[0]!;
  return ps.map((p) => {
    while (below < p * total && bin < counts.length - 1) below += counts[++bin]!;
    return edges[bin]!;
  });
}
