/** Standard distributions and least squares, from jStat; checked against SciPy in the tests. */
import jstat from "jstat";

const { beta, chisquare, lstsq, normal, studentt } = jstat.jStat;

export const normalCdf = (z: number): number => normal.cdf(z, 0, 1);
export const normalQuantile = (p: number): number => normal.inv(p, 0, 1);
export const studentQuantile = (p: number, df: number): number => studentt.inv(p, df);
/** Two-sided tail beyond |t|. */
export const studentTails = (t: number, df: number): number => 2 * studentt.cdf(-Math.abs(t), df);

/** Of Beta(a, b); 0 and 1 where one of the two is not above 0. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(a > 0)) return 0;
  return b > 0 ? beta.inv(p, a, b) : 1;
}

/** The beta distribution with this mean and variance. */
export function betaMatching(mean: number, variance: number): { readonly a: number; readonly b: number } {
  const size = (mean * (1 - mean)) / variance - 1;
  return { a: mean * size, b: (1 - mean) * size };
}

/** Coefficients that make the sum of squared errors of rows x coefficients - values least. */
export const leastSquares = (rows: readonly (readonly number[])[], values: readonly number[]): number[] =>
  lstsq(rows, values);

/** Two-sided p of a chi-square statistic: too regular is as suspicious as too varied. */
export function chiSquareTails(x: number, df: number): number {
  const below = chisquare.cdf(x, df);
  return Math.min(1, 2 * Math.min(below, 1 - below));
}

/** Upper tail of a chi-square statistic. */
export const chiSquareAbove = (x: number, df: number): number => 1 - chisquare.cdf(x, df);

/**
 * P(K > statistic) of the Kolmogorov-Smirnov distance `d` over an effective n, by Stephens' (1970) finite-n form of the
 * limit law: lambda = (sqrt n + 0.12 + 0.11 / sqrt n) d,  p = 2 sum (-1)^(j-1) exp(-2 j^2 lambda^2).
 */
export function kolmogorovTail(d: number, n: number): number {
  const root = Math.sqrt(n);
  const lambda = (root + 0.12 + 0.11 / root) * d;
  // Below this the series converges slowly and p is 1 to six digits.
  if (lambda < 0.3) return 1;
  let sum = 0;
  for (let j = 1; j <= 100; j++) {
    const term = Math.exp(-2 * j * j * lambda * lambda);
    sum += j % 2 === 1 ? term : -term;
    if (term < 1e-16) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}
