/**
 * What lateness of the generator can have done to a comparison. Each pair's ratio lies between two bounds; an interval that
 * begins where that of all lower bounds does, and ends where that of all upper ones does, holds the ratio of a generator that is
 * never late at least as often as it states, since its ends do not fall when a value rises.
 */

import type { Estimate, Finding } from "../figures/figures.ts";
import { percent } from "../figures/format.ts";
import { pseudoMedian } from "../statistics/hodges-lehmann.ts";
import type { Paired } from "./pairs.ts";

interface Ends {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Below, a comparison does not mention it. */
const worthSaying = 0.0005;

export function ifOnTime(pairs: Paired["onTime"]): { readonly differences: Ends; readonly logs: Ends } {
  const ends = (of: (treatment: number, baseline: number) => number): Ends => ({
    low: pairs.map(({ baseline, treatment }) => of(treatment.low, baseline.high)),
    high: pairs.map(({ baseline, treatment }) => of(treatment.high, baseline.low)),
  });
  return {
    differences: ends((treatment, baseline) => treatment - baseline),
    logs: ends((treatment, baseline) => Math.log(treatment / baseline)),
  };
}

/** The estimate of the values as they are, with the interval that holds those of a generator on time. */
export function widened(
  estimate: (values: readonly number[], alpha: number) => Estimate | null,
  values: readonly number[],
  { low, high }: Ends,
  alpha: number,
): Estimate | null {
  const seen = estimate(values, alpha);
  // Of a value that may have been 0 there is no ratio.
  if (seen === null || ![...low, ...high].every(Number.isFinite)) return null;
  return {
    ...seen,
    low: Math.min(seen.low, estimate(low, alpha)!.low),
    high: Math.max(seen.high, estimate(high, alpha)!.high),
  };
}

/** The largest error of the ratio; omitted where it is too small to print. */
export function lateFinding(logs: readonly number[], { low, high }: Ends): Finding[] {
  if (logs.length === 0) return [];
  const [least, most] = [low, high].map((end) => Math.exp(pseudoMedian(end) - pseudoMedian(logs)) - 1);
  if (Math.max(-least!, most!) < worthSaying) return [];
  const signed = (share: number) => `${share < 0 ? "-" : "+"}${percent(Math.abs(share), 2)}`;
  return [
    {
      severity: "note",
      code: "late-sends",
      message:
        `with every request sent on time the ratio would differ by ${signed(least!)} to ${signed(most!)}; ` +
        "the interval is widened by as much",
      advice: "",
    },
  ];
}
