/** The figure that an objective limits, by its name: a metric of a trial, or a measure of an injection. */
import type { ScenarioSpec } from "../../workloads/spec/spec.ts";
import { isDisrupted } from "../compare/estimands.ts";
import { type Metric, metrics } from "../metrics/index.ts";
import { type RecoveryMeasure, recoveryMeasures } from "../recovery/measures/index.ts";

export type Subject =
  | { readonly of: "trial"; readonly metric: Metric }
  | { readonly of: "injection"; readonly metric: RecoveryMeasure };

const subjects: readonly Subject[] = [
  ...Object.values(metrics).map((metric): Subject => ({ of: "trial", metric })),
  ...Object.values(recoveryMeasures).map((metric): Subject => ({ of: "injection", metric })),
];

export const subjectNames: readonly string[] = subjects.map(({ metric }) => metric.name);

/** @returns undefined where nothing of that name is measured */
export function subjectOf(name: string): Subject | undefined {
  return subjects.find(({ metric }) => metric.name === name);
}

/** An injection's measures are of scenarios with a disruption, a trial's metrics of those without. */
export function isMeasuredIn({ of }: Subject, scenario: Pick<ScenarioSpec, "disruption">): boolean {
  return of === "injection" ? scenario.disruption !== undefined : !isDisrupted(scenario);
}
