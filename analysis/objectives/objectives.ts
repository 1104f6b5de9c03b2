/** The objectives of a study, each on every variant and scenario that it is for. */

import { randomStream } from "../../workloads/random/random.ts";
import type { ObjectiveSpec } from "../../workloads/spec/objective.ts";
import { type StudySpec, scenarioOf } from "../../workloads/spec/spec.ts";
import type { CellArm } from "../cells/arms.ts";
import { averageOf } from "../cells/cells.ts";
import { groupedBy } from "../figures/trial-groups.ts";
import type { Metric } from "../metrics/index.ts";
import { saysTooFew } from "../metrics/quantile-of.ts";
import { repeatsOf } from "../recovery/cell.ts";
import { medianEstimate, type Repeat, tooFew } from "../recovery/median.ts";
import type { ObjectiveResult } from "../schema/objective.ts";
import type { RecoveryResult } from "../schema/recovery.ts";
import type { TrialResult } from "../schema/trial.ts";
import { exactInterval } from "../statistics/share-interval.ts";
import {
  injectionsNeeded,
  isSureEnough,
  judged,
  type Limit,
  medianInterval,
  twoSidedAlpha,
  valuesNeeded,
} from "./judge.ts";
import { objectiveSentence } from "./sentence.ts";
import { isMeasuredIn, subjectOf } from "./subject.ts";

export interface Measured {
  readonly study: StudySpec;
  readonly arms: readonly CellArm[];
  readonly recovery: RecoveryResult | null;
  /** Whatever the plan holds was run: an objective that is read earlier would be read until it is met. */
  readonly complete: boolean;
}

/** What was found of one, before it is put into words. */
export type Found = Pick<ObjectiveResult, "state" | "value" | "low" | "high" | "n"> & {
  /** Why nothing is shown, or what shows a miss that has no figure; empty where the interval says it. */
  readonly why: string;
};

export function objectivesOf(measured: Measured): ObjectiveResult[] {
  const { study, arms } = measured;
  return (study.objectives ?? []).flatMap((objective, index) =>
    arms
      .filter((arm) => arm.arm === "main" && isFor(study, objective, arm))
      .map((arm) => {
        const { scenario, variant } = arm;
        const { metric, confidence, injectionShare = null } = objective;
        const { unit, of, found } = look(measured, objective, arm);
        const { why, ...figures } = measured.complete ? found : notYet(found);
        const result = {
          ...{ index, metric, unit, scenario, variant, injectionShare, confidence, of },
          ...limitOf(objective),
          ...figures,
        };
        return { ...result, sentence: objectiveSentence(result, why) };
      }),
  );
}

function isFor(study: StudySpec, { metric, variants, scenarios }: ObjectiveSpec, arm: CellArm): boolean {
  if (variants !== undefined && !variants.includes(arm.variant)) return false;
  if (scenarios !== undefined) return scenarios.includes(arm.scenario);
  return isMeasuredIn(subjectOf(metric)!, scenarioOf(study, arm));
}

function limitOf({ atMost, atLeast }: ObjectiveSpec): Limit {
  return atMost === undefined
    ? { direction: "at least", limit: atLeast! }
    : { direction: "at most", limit: atMost };
}

function look({ recovery }: Measured, objective: ObjectiveSpec, arm: CellArm) {
  const subject = subjectOf(objective.metric)!;
  const { unit, name } = subject.metric;
  if (subject.of === "trial")
    return { unit, of: subject.of, found: ofTrials(objective, arm, subject.metric) };
  const repeats = repeatsOf(
    (recovery?.injections ?? []).filter(
      (one) => one.scenario === arm.scenario && one.variant === arm.variant && one.arm === arm.arm,
    ),
    name,
  );
  const seed = `${arm.scenario}/${arm.variant}/${arm.arm}/${name}`;
  const found =
    objective.injectionShare === undefined
      ? ofMedian(objective, repeats, seed)
      : ofShare(objective, repeats, objective.injectionShare, seed);
  return { unit, of: subject.of, found };
}

function notShown(n: number, why: string, value: number | null = null): Found {
  return { state: "not shown", value, low: null, high: null, n, why };
}

function ofTrials(objective: ObjectiveSpec, arm: CellArm, metric: Metric): Found {
  const valid = arm.trials.filter((trial) => trial.valid);
  const n = valid.length;
  if (metric.unit === "share") {
    // Of all requests: of the median trial it would be 0 where one trial of ten loses everything.
    const { estimate, why } = averageOf(arm, metric, twoSidedAlpha(objective.confidence));
    if (estimate === null) return notShown(n, why);
    const { value, low, high } = estimate;
    return { state: judged(limitOf(objective), { low, high }), value, low, high, n, why: "" };
  }
  const values = valid.map((trial) => figureOf(trial, metric));
  const unknown = values.find((value) => typeof value === "string");
  if (unknown !== undefined) return notShown(n, unknown);
  const interval = medianInterval(values as number[], objective.confidence);
  if (interval === null)
    return notShown(n, `at least ${valuesNeeded(objective.confidence)} valid trials are needed`);
  const overloaded = values.filter((value) => value === Number.POSITIVE_INFINITY).length;
  return {
    state: judged(limitOf(objective), interval),
    ...{ value: finite(interval.value), low: finite(interval.low), high: finite(interval.high), n },
    why: overloaded === 0 ? "" : `overloaded or failed in ${overloaded} of ${n}`,
  };
}

/** Infinite where it is beyond every limit; a reason where a trial is too short for it. */
function figureOf(trial: TrialResult, metric: Metric): number | string {
  const measurement = trial.metrics[metric.name]!;
  if (metric.growsWithQueue && trial.saturated) return Number.POSITIVE_INFINITY;
  if (measurement.value !== null) return measurement.value;
  const failed = metric.smallerIsBetter && !saysTooFew(measurement);
  return failed ? Number.POSITIVE_INFINITY : measurement.why;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function ofMedian(objective: ObjectiveSpec, repeats: readonly Repeat[], seed: string): Found {
  const { confidence } = objective;
  const n = repeats.length;
  const median = medianEstimate(repeats, twoSidedAlpha(confidence), seed);
  if (median === null) return notShown(n, tooFew(n));
  const { value, low, high, level, trials } = median;
  if (level === null) return notShown(n, `they are of ${trials} trials, too few for an interval`, value);
  if (!isSureEnough(level, confidence)) {
    return notShown(n, "too few for an interval of this confidence", value);
  }
  return { state: judged(limitOf(objective), { low, high }), value, low, high, n, why: "" };
}

/**
 * The share of injections that keep the limit, by Clopper and Pearson's interval. Injections of one trial share a deployment, so
 * one of each trial speaks for it, by a seeded coin. One that was not seen to end may have kept a limit that was not yet over.
 */
function ofShare(objective: ObjectiveSpec, repeats: readonly Repeat[], share: number, seed: string): Found {
  const { confidence } = objective;
  const n = repeats.length;
  if (n === 0) return notShown(n, "no injection was measured");
  const isAtMost = objective.atMost !== undefined;
  const limit = objective.atMost ?? objective.atLeast!;
  const surely = ({ value, censored }: Repeat) => (isAtMost ? !censored && value <= limit : value >= limit);
  const perhaps = (one: Repeat) => surely(one) || (one.censored && (!isAtMost || one.value <= limit));
  const spoken = groupedBy(repeats, ({ trial }) => trial).map((of) => {
    const coin = randomStream(`${seed}/${of[0]!.trial}`, "injection of a trial").uniform();
    return of[Math.floor(coin * of.length)]!;
  });
  const level = 1 - twoSidedAlpha(confidence);
  const { low } = exactInterval(spoken.filter(surely).length, spoken.length, level);
  const { high } = exactInterval(spoken.filter(perhaps).length, spoken.length, level);
  const state = judged({ direction: "at least", limit: share }, { low, high });
  const needed = injectionsNeeded(share, confidence);
  const isFew = state === "not shown" && spoken.length < needed;
  const why = isFew ? `at least ${needed} trials with an injection are needed, all within the limit` : "";
  return { state, value: repeats.filter(surely).length / n, low, high, n, why };
}

function notYet(found: Found): Found {
  return { ...found, state: "not shown", why: "the run is not complete" };
}
