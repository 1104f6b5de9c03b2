/**
 * Variance of a log metric within a cell, split in two: between trials (deployments differ, and so do the schedules of
 * blocks) and within (a trial is a finite sample of requests). Requests are correlated, so the within part comes from
 * sections, not from single requests:
 *
 *   within^2   mean over trials of  var(log metric over 10 sections of consecutive requests) / 10
 *   between^2  max(0, var over trials of log metric - within^2)
 *
 * Sections are as good as independent where they are longer than the busy periods; where they are not, the within part is
 * too small and the between part too large, never the reverse.
 */

import type { Analysis } from "../schema/analysis-result.ts";
import type { TrialResult } from "../schema/trial.ts";
import { mean, standardDeviation } from "../statistics/moments.ts";
import { quantile, quantileNeeds, type Sorted, sorted } from "../statistics/quantile.ts";

const sections = 10;
const split = ["p50", "p95", "mean"] as const;
export type SectionVariances = Readonly<Partial<Record<(typeof split)[number], number>>>;

/** Fewest requests of a section for each metric; a median of two is rough, and ten of them are not. */
const fewest = { p50: 2, p95: quantileNeeds(0.95), mean: 1 } as const;

/**
 * Squared standard error of each log metric of one trial; absent where a section has too few requests, or a failure.
 * @param responses in the order of the schedule
 */
export function sectionVariances(responses: Float64Array): SectionVariances {
  const length = Math.floor(responses.length / sections);
  const parts = Array.from({ length: sections }, (_, index) =>
    sorted(responses.slice(index * length, (index + 1) * length)),
  );
  const measure = {
    p50: (part: Sorted) => quantile(part, 0.5),
    p95: (part: Sorted) => quantile(part, 0.95),
    mean,
  };
  return Object.fromEntries(
    split.flatMap((name) => {
      const logs = parts.map((part) => Math.log(measure[name](part)));
      if (length < fewest[name] || !logs.every(Number.isFinite)) return [];
      return [[name, standardDeviation(logs) ** 2 / sections]];
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
    const total = standardDeviation(usable.map(({ log }) => log)) ** 2;
    const known = usable.flatMap(({ within }) => (within === undefined ? [] : [within]));
    if (known.length < n) return [];
    const within = mean(known);
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
