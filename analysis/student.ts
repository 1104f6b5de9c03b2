/** Student's t interval of a mean: the cross-check of a paired comparison, and the interval of a cell. */
import { studentQuantile } from "./distributions.ts";
import type { Estimate } from "./result.ts";

/** @returns null for fewer than two values */
export function tInterval(values: readonly number[], alpha: number): Estimate | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = standardDeviation(values, mean);
  const half = (studentQuantile(1 - alpha / 2, n - 1) * sd) / Math.sqrt(n);
  return { value: mean, low: mean - half, high: mean + half, level: 1 - alpha, n };
}

/** With n - 1. */
export function standardDeviation(values: readonly number[], mean: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** An estimate of a logarithm, back on its own scale. */
export function exponentiated(estimate: Estimate | null): Estimate | null {
  if (estimate === null) return null;
  const { value, low, high } = estimate;
  return { ...estimate, value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
}
