/** The objectives of a study, each on every variant and scenario that it is for. */

import { randomStream } from "../../workloads/random/random.ts";
import type { ObjectiveSpec } from "../../workloads/spec/objective.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import type { CellArm } from "../cells/arms.ts";
import { averageOf } from "../cells/cells.ts";
import { isDisrupted } from "../compare/estimands.ts";
import { groupedBy } from "../figures/trial-groups.ts";
import { type Metric, metrics } from "../metrics/index.ts";
import { saysTooFew } from "../metrics/quantile-of.ts";
import { repeatsOf } from "../recovery/cell.ts";
import { type RecoveryMeasure, recoveryMeasures } from "../recovery/measures/index.ts";
import { medianEstimate, type Repeat, tooFew } from "../recovery/median.ts";
import type { ObjectiveResult } from "../schema/objective.ts";
import type { RecoveryResult } from "../schema/recovery.ts";
import type { TrialResult } from "../schema/trial.ts";
import { exactInterval } from "../statistics/share-interval.ts";
import {
  injectionsNeeded,
  judged,
  type Limit,
  medianInterval,
  twoSidedAlpha,
  valuesNeeded,
} from "./judge.ts";
import { objectiveSentence } from "./sentence.ts";

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
  const scenario = study.scenarios.find(({ name }) => name === arm.scenario)!;
  return measureOf(metric) === undefined ? !isDisrupted(scenario) : scenario.disruption !== undefined;
}

function measureOf(metric: string): RecoveryMeasure | undefined {
  return Object.values(recoveryMeasures).find(({ name }) => name === metric);
}

function limitOf({ atMost, atLeast }: ObjectiveSpec): Limit {
  return atMost === undefined
    ? { direction: "at least", limit: atLeast! }
    : { direction: "at most", limit: atMost };
}

function look({ recovery }: Measured, objective: ObjectiveSpec, arm: CellArm) {
  const measure = measureOf(objective.metric);
  if (measure === undefined) {
    const metric = Object.values(metrics).find(({ name }) => name === objective.metric)!;
    return { unit: metric.unit, of: "trial" as const, found: ofTrials(objective, arm, metric) };
  }
  const repeats = repeatsOf(
    (recovery?.injections ?? []).filter(
      (one) => one.scenario === arm.scenario && one.variant === arm.variant && one.arm === arm.arm,
    ),
    measure.name,
  );
  const seed = `${arm.scenario}/${arm.variant}/${arm.arm}/${measure.name}`;
  const found =
    objective.injectionShare === undefined
      ? ofMedian(objective, repeats, seed)
      : ofShare(objective, repeats, objective.injectionShare, seed);
  return { unit: measure.unit as string, of: "injection" as const, found };
}

function ofTrials(objective: ObjectiveSpec, arm: CellArm, metric: Metric): Found {
  const valid = arm.trials.filter((trial) => trial.valid);
  const n = valid.length;
  const none = (why: string): Found => ({ state: "not shown", value: null, low: null, high: null, n, why });
  if (metric.unit === "share") {
    // Of all requests: of the median trial it would be 0 where one trial of ten loses everything.
    const { estimate, why } = averageOf(arm, metric, twoSidedAlpha(objective.confidence));
    if (estimate === null) return none(why);
    const { value, low, high } = estimate;
    return { state: judged(limitOf(objective), { low, high }), value, low, high, n, why: "" };
  }
  const values = valid.map((trial) => figureOf(trial, metric));
  const unknown = values.find((value) => typeof value === "string");
  if (unknown !== undefined) return none(unknown);
  const interval = medianInterval(values as number[], objective.confidence);
  if (interval === null)
    return none(`at least ${valuesNeeded(objective.confidence)} valid trials are needed`);
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
  const alpha = twoSidedAlpha(objective.confidence);
  const n = repeats.length;
  const median = medianEstimate(repeats, alpha, seed);
  const none = (why: string): Found => ({
    state: "not shown",
    value: median?.value ?? null,
    low: null,
    high: null,
    n,
    why,
  });
  if (median === null) return none(tooFew(n));
  if (median.level === null) return none(`they are of ${median.trials} trials, too few for an interval`);
  // Binary fractions: .9 and 1 - 2 (1 - .95) are not the same number.
  if (median.level < 1 - alpha - 1e-9) return none("too few for an interval of this confidence");
  const { value, low, high } = median;
  return { state: judged(limitOf(objective), { low, high }), value, low, high, n, why: "" };
}

/**
 * The share of injections that keep the limit, by Clopper and Pearson's interval. Injections of one trial share a deployment, so
 * one of each trial speaks for it, by a seeded coin. One that was not seen to end may have kept a limit that was not yet over.
 */
function ofShare(objective: ObjectiveSpec, repeats: readonly Repeat[], share: number, seed: string): Found {
  const { confidence } = objective;
  const n = repeats.length;
  if (n === 0) {
    return { state: "not shown", value: null, low: null, high: null, n, why: "no injection was measured" };
  }
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
