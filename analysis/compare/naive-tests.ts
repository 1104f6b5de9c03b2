/**
 * The result of naive tests: they pool the requests of two arms as if each request were an independent replicate, which
 * it is not. Shown as a contrast, never used. Failures count as later than any response.
 */
import { kolmogorovTail, normalCdf } from "../statistics/distributions.ts";
import type { Sorted } from "../statistics/quantile.ts";

/** Two-sided Mann-Whitney, normal approximation with tie and continuity correction. */
export function mannWhitneyP(a: Sorted, b: Sorted): number {
  const n = a.length;
  const m = b.length;
  const { rankSum, ties } = rankSumOf(a, b);
  const u = rankSum - (n * (n + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return 1;
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return Math.min(1, 2 * normalCdf(-distance / Math.sqrt(variance)));
}

/** Two-sided two-sample Kolmogorov-Smirnov, by the limit law over n m / (n + m). */
export function twoSampleKsP(a: Sorted, b: Sorted): number {
  let i = 0;
  let j = 0;
  let distance = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  return kolmogorovTail(distance, (a.length * b.length) / (a.length + b.length));
}

/** Sum of the mid-ranks of `a` in the union, and sum of t^3 - t over the ties. */
function rankSumOf(a: Sorted, b: Sorted): { rankSum: number; ties: number } {
  let i = 0;
  let j = 0;
  let rankSum = 0;
  let ties = 0;
  while (i < a.length || j < b.length) {
    const value = j === b.length || (i < a.length && a[i]! < b[j]!) ? a[i]! : b[j]!;
    const fromA = i;
    const fromB = j;
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    const tied = i - fromA + (j - fromB);
    rankSum += (i - fromA) * (fromA + fromB + (tied + 1) / 2);
    ties += tied ** 3 - tied;
  }
  return { rankSum, ties };
}
