/**
 * Variance of a log metric within a cell, split in two: between trials (deployments differ) and within (a trial is a finite
 * sample of requests). Requests are correlated, so the within part comes from sections, not from single requests:
 *
 *   within^2   mean over trials of  var(log metric over 10 contiguous sections) / 10
 *   between^2  max(0, var over trials of log metric - within^2)
 *
 * Sections are as good as independent where they are longer than the busy periods; where they are not, the within part is
 * too small and the between part too large, never the reverse.
 */
import { metrics } from "./metrics/index.ts";
import type { Analysis, TrialResult } from "./result.ts";
import { standardDeviation } from "./student.ts";
import type { Trace } from "./trace.ts";
import { type Window, windowOf } from "./window.ts";

const sections = 10;
const split = ["p50", "p95", "mean"] as const;
export type SectionVariances = Readonly<Partial<Record<(typeof split)[number], number>>>;

/** Squared standard error of each log metric of one trial; absent where a section has too few requests. */
export function sectionVariances(trace: Trace, { fromMs, toMs }: Window, sloMs: number): SectionVariances {
  const width = (toMs - fromMs) / sections;
  const windows = Array.from({ length: sections }, (_, index) =>
    windowOf(trace, fromMs + index * width, fromMs + (index + 1) * width, sloMs),
  );
  return Object.fromEntries(
    split.flatMap((name) => {
      const logs = windows.map((window) => Math.log(metrics[name].measure(window).value ?? Number.NaN));
      if (!logs.every(Number.isFinite)) return [];
      const mean = logs.reduce((sum, value) => sum + value, 0) / sections;
      return [[name, standardDeviation(logs, mean) ** 2 / sections]];
    }),
  );
}

/** @param trials of one cell, with the section variances of the valid ones by trial id */
export function varianceComponents(
  { variant, scenario }: { variant: string; scenario: string },
  trials: readonly TrialResult[],
  withinOf: (id: string) => SectionVariances | undefined,
): Analysis["variance"] {
  return split.flatMap((metric) => {
    const usable = trials.flatMap((trial) => {
      const value = trial.valid && !trial.saturated ? trial.metrics[metric]!.value : null;
      return value !== null && value > 0
        ? [{ log: Math.log(value), within: withinOf(trial.id)?.[metric] }]
        : [];
    });
    const n = usable.length;
    if (n < 2) return [];
    const logs = usable.map(({ log }) => log);
    const total = standardDeviation(logs, logs.reduce((sum, value) => sum + value, 0) / n) ** 2;
    const known = usable.flatMap(({ within }) => (within === undefined ? [] : [within]));
    if (known.length < n) return [];
    const within = known.reduce((sum, value) => sum + value, 0) / n;
    return [
      {
        variant,
        scenario,
        metric,
        betweenTrials: Math.sqrt(Math.max(0, total - within)),
        withinTrial: Math.sqrt(within),
        n,
      },
    ];
  });
}
