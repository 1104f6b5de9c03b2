/**
 * Whether paired differences are skewed beyond what a normal sample of their number is. The interval of a comparison takes
 * them as symmetric about the pseudo-median; the sign-flip p tests their mean, and under skewness mean and pseudo-median part.
 *
 *   G1 = sqrt(n (n - 1)) / (n - 2) m_3 / m_2^(3/2)        standard error sqrt(6 n (n - 1) / ((n - 2) (n + 1) (n + 3)))
 *
 * (Joanes and Gill 1998); said beyond 2.58 standard errors, about 1 of 100 normal samples.
 */

import type { Finding } from "../figures/figures.ts";
import { counted, figure } from "../figures/format.ts";
import { mean, sum } from "./moments.ts";

const errors = 2.58;
const fewest = 6;

export function skewness(values: readonly number[]): number {
  const n = values.length;
  const centre = mean(values);
  const moment = (power: number) => sum(values.map((value) => (value - centre) ** power)) / n;
  const spread = moment(2);
  return spread === 0 ? 0 : ((Math.sqrt(n * (n - 1)) / (n - 2)) * moment(3)) / spread ** 1.5;
}

export function skewFinding(differences: readonly number[]): Finding[] {
  const n = differences.length;
  if (n < fewest) return [];
  const found = skewness(differences);
  const error = Math.sqrt((6 * n * (n - 1)) / ((n - 2) * (n + 1) * (n + 3)));
  if (Math.abs(found) <= errors * error) return [];
  return [
    {
      severity: "note",
      code: "skewed",
      message:
        `the differences of ${counted(n, "pair")} are skewed (${figure(found)}): the interval takes them as symmetric about the ` +
        "pseudo-median, and p tests their mean",
      advice: "Look at the blocks one by one.",
    },
  ];
}
