/**
 * Two-sided permutation test of two independent samples: |difference of means| against all ways to deal the values into
 * groups of these sizes, or random ones where there are too many. Exact under exchangeability. Random ones are dealt until 2,000
 * were as extreme, or 100,000 in all (Besag and Clifford 1991: h of l is a valid p too), which leaves p open by 2.2 % of itself.
 */
import { randomStream } from "../../workloads/random/random.ts";
import { sum } from "./moments.ts";

const mostExact = 200_000;
const draws = 100_000;
const enough = 2000;

export function permutationP(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const total = sum(all);
  const statistic = (sumOfA: number) => Math.abs(sumOfA / a.length - (total - sumOfA) / b.length);
  const least = statistic(sum(a)) - 1e-12 * all.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const ways = binomial(all.length, a.length);
  let extreme = 0;
  if (ways <= mostExact) {
    forEachSubsetSum(all, a.length, (sumOfA) => {
      if (statistic(sumOfA) >= least) extreme++;
    });
    return extreme / ways;
  }
  const random = randomStream(all.length, "permutation");
  const dealt = Float64Array.from(all);
  for (let draw = 1; draw <= draws; draw++) {
    // The first a.length places of a Fisher-Yates shuffle.
    let sumOfA = 0;
    for (let place = 0; place < a.length; place++) {
      const pick = place + random.index(dealt.length - place);
      const value = dealt[pick]!;
      dealt[pick] = dealt[place]!;
      dealt[place] = value;
      sumOfA += value;
    }
    if (statistic(sumOfA) >= least && ++extreme === enough) return enough / draw;
  }
  return (1 + extreme) / (1 + draws);
}

/** The smallest p that groups of these sizes can give. */
export function smallestPermutationP(a: number, b: number): number {
  return Math.min(1, (a === b ? 2 : 1) / binomial(a + b, a));
}

function forEachSubsetSum(values: readonly number[], size: number, visit: (sum: number) => void): void {
  const walk = (from: number, left: number, partial: number) => {
    if (left === 0) {
      visit(partial);
      return;
    }
    for (let index = from; index <= values.length - left; index++)
      walk(index + 1, left - 1, partial + values[index]!);
  };
  walk(0, size, 0);
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return Math.round(result);
}
