/**
 * Kaplan and Meier's (1958) estimate of the share S(t) that the event has not reached by t, where some were only watched
 * until they were censored:
 *
 *   S(t) = product over event times t_i <= t of (1 - d_i / n_i)        d events at t_i, n at risk just before
 *
 * Interval of S on the log(-log) scale with Greenwood's (1926) variance, as R's survfit(conf.type = "log-log") and Python's
 * lifelines give it; interval of the median by Brookmeyer and Crowley (1982): where the band crosses one half.
 */
import { normalQuantile } from "../distributions.ts";

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
  const z = normalQuantile(1 - alpha / 2);
  const times = [...new Set(durations.filter(({ censored }) => !censored).map(({ value }) => value))].sort(
    (a, b) => a - b,
  );
  let share = 1;
  let greenwood = 0;
  return times.map((at) => {
    const atRisk = durations.filter(({ value }) => value >= at).length;
    const events = durations.filter(({ value, censored }) => value === at && !censored).length;
    share *= 1 - events / atRisk;
    greenwood += events / (atRisk * (atRisk - events));
    return { at, share, ...band(share, greenwood, z), atRisk };
  });
}

/** The first time at which no more than half are left; null where that was not seen. */
export function survivalMedian(steps: readonly SurvivalStep[]): {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
} {
  const crossing = (of: "share" | "low" | "high") =>
    steps.find((step) => step[of] <= 0.5 + 1e-12)?.at ?? null;
  return { value: crossing("share"), low: crossing("low"), high: crossing("high") };
}

/** At S = 0 the scale has no place: the band is closed there. */
function band(share: number, greenwood: number, z: number): { low: number; high: number } {
  if (share <= 0) return { low: 0, high: 0 };
  const error = (z * Math.sqrt(greenwood)) / Math.abs(Math.log(share));
  return { low: share ** Math.exp(error), high: share ** Math.exp(-error) };
}
