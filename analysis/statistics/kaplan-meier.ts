/**
 * Kaplan and Meier's (1958) estimate of the share S(t) that the event has not reached by t, where some were only watched
 * until they were censored:
 *
 *   S(t) = product over event times t_i <= t of (1 - d_i / n_i)        d events at t_i, n at risk just before
 *
 * Its band is the beta product of Fay, Brittain and Proschan (2013), since the usual one (Greenwood, log-log) holds 77 to 91 %
 * where it states 95 for four injections: among n at risk the share left by the next event is Beta(n, 1), so
 *
 *   upper end  1 - alpha/2 quantile of the product of Beta(n_i, 1) over the events so far
 *   lower end  alpha/2 quantile of the same times Beta(m, 1), m at risk just after t        0 where none is
 *
 * the products taken as the beta with their mean and variance. Without censoring this is Clopper and Pearson's interval: it
 * holds at its level or above.
 */
import { betaMatching, betaQuantile } from "./distributions.ts";

export interface Duration {
  readonly value: number;
  readonly censored: boolean;
}

export interface SurvivalStep {
  /** Just after this time. */
  readonly at: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** Just before it. */
  readonly atRisk: number;
}

/** One step for each distinct time with an event, ascending; a time that is both counts the event first. */
export function kaplanMeier(durations: readonly Duration[], alpha: number): SurvivalStep[] {
  const times = [...new Set(durations.filter(({ censored }) => !censored).map(({ value }) => value))].sort(
    (a, b) => a - b,
  );
  let share = 1;
  /** First and second moment of the product so far. */
  let [first, second] = [1, 1];
  return times.map((at) => {
    const atRisk = durations.filter(({ value }) => value >= at).length;
    const events = durations.filter(({ value, censored }) => value === at && !censored).length;
    share *= 1 - events / atRisk;
    for (let left = atRisk; left > atRisk - events; left--) {
      first *= left / (left + 1);
      second *= left / (left + 2);
    }
    const after = durations.filter(({ value }) => value > at).length;
    const low =
      after === 0 ? 0 : quantileOf(alpha / 2, (first * after) / (after + 1), (second * after) / (after + 2));
    return { at, share, low, high: quantileOf(1 - alpha / 2, first, second), atRisk };
  });
}

/**
 * Where the curve crosses one half: where it runs at one half, the middle of that stretch, as without censoring; null where it
 * was not seen.
 */
export function survivalMedian(steps: readonly SurvivalStep[]): number | null {
  const index = steps.findIndex(({ share }) => share <= 0.5 + 1e-12);
  if (index < 0) return null;
  const { at, share } = steps[index]!;
  const next = steps[index + 1];
  return Math.abs(share - 0.5) < 1e-12 && next !== undefined ? (at + next.at) / 2 : at;
}

function quantileOf(p: number, mean: number, second: number): number {
  const { a, b } = betaMatching(mean, second - mean ** 2);
  return betaQuantile(p, a, b);
}
