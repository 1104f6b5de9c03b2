/**
 * The four verdicts. `faster` and `slower` need p <= alpha (after Holm in the family) and an interval that excludes 1;
 * `equivalent` needs the whole interval, at the declared level, inside [1/(1 + e), 1 + e]; the rest is `inconclusive`,
 * which is never "no difference". There is none before the plan is complete: a look after each block is a test each time.
 * For a metric where more is better, `faster` means better.
 */

import { smallestSignFlipP } from "../plan/resolution.ts";
import type { Comparison, Verdict } from "../schema/comparison.ts";
import type { Context } from "./compare.ts";

export function verdictOf(row: Omit<Comparison, "verdict" | "sentence">, context: Context): Verdict | null {
  if (row.n === 0 || !context.complete) return null;
  if (isDifferent(row, context)) return isBetter(row, context) ? "faster" : "slower";
  return isWithinBand(context) ? "equivalent" : "inconclusive";
}

/** Too few complete pairs for any p to reach alpha. */
export function isTooShort(n: number, { reaches }: Context): boolean {
  return !reaches(smallestSignFlipP(n));
}

/** The fewest complete pairs whose smallest p reaches alpha beside the other rows of the family as they are. */
export function pairsNeeded({ reaches }: Context): number {
  let pairs = 1;
  while (pairs < 64 && !reaches(smallestSignFlipP(pairs))) pairs++;
  return pairs;
}

export function isOverloaded({ metric, saturated }: Context): boolean {
  return metric.growsWithQueue && saturated.baseline + saturated.treatment > 0;
}

export function isBetter(row: Pick<Comparison, "smallerIsBetter">, { effect }: Context): boolean {
  return row.smallerIsBetter ? effect < 0 : effect > 0;
}

function isDifferent(row: Omit<Comparison, "verdict" | "sentence">, context: Context): boolean {
  const p = row.role === "primary" ? row.pHolm : row.p;
  if (p === null || p > context.study.alpha || context.effect === 0) return false;
  // Under overload, or with a value at 0, there is no ratio: the permutation test over the common schedule stands alone.
  if (isOverloaded(context)) return true;
  const interval = row.ratio ?? row.shift;
  const nothing = row.ratio === null ? 0 : 1;
  return interval !== null && (interval.low > nothing || interval.high < nothing);
}

/** The whole interval, at the declared level. */
export function isWithinBand({ equivalence: ratio, study }: Context): boolean {
  const most = 1 + study.equivalence;
  return ratio !== null && ratio.level >= 1 - study.alpha && ratio.low >= 1 / most && ratio.high <= most;
}
