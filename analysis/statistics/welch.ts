/** Welch's interval of the difference of two means, mean(b) - mean(a), with unequal variances (Welch 1947). */

import type { Estimate } from "../figures/figures.ts";
import { studentQuantile } from "./distributions.ts";
import { mean, standardDeviation } from "./moments.ts";

/** @returns null for fewer than two values on a side */
export function welchInterval(a: readonly number[], b: readonly number[], alpha: number): Estimate | null {
  if (a.length < 2 || b.length < 2) return null;
  const [errorA, errorB] = [standardDeviation(a) ** 2 / a.length, standardDeviation(b) ** 2 / b.length];
  const variance = errorA + errorB;
  const value = mean(b) - mean(a);
  const n = a.length + b.length;
  if (variance === 0) return { value, low: value, high: value, level: 1 - alpha, n };
  const df = variance ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1));
  const half = studentQuantile(1 - alpha / 2, df) * Math.sqrt(variance);
  return { value, low: value - half, high: value + half, level: 1 - alpha, n };
}
