/**
 * The metrics that a scenario is compared on. Without a disruption: the study's own estimands. With one: recovery,
 * because the response times of a trial with disruptions are a mixture that depends on how often the service was
 * disrupted, and are not comparable with those of a steady service. `no-op`, the control, disrupts nothing and is
 * compared like any other scenario.
 */
import type { ScenarioSpec, StudySpec } from "../../workloads/spec/spec.ts";
import { metrics } from "../metrics/index.ts";
import type { ComparedMetric } from "./compare.ts";
import { primaryRecovery, recoveryMetrics } from "./recovery-values.ts";

const control = "no-op";

export function isDisrupted({ disruption }: Pick<ScenarioSpec, "disruption">): boolean {
  return disruption !== undefined && disruption.kind !== control;
}

type Study = Pick<StudySpec, "scenarios" | "primary" | "secondary">;

/** Name of the metric that the scenario is decided on. */
export function primaryOf(study: Study, scenario: string): string {
  return isDisruptedIn(study, scenario) ? primaryRecovery : study.primary;
}

export function comparedMetrics(
  study: Study,
  scenario: string,
): { readonly primary: ComparedMetric; readonly secondary: readonly ComparedMetric[] } {
  const all = isDisruptedIn(study, scenario)
    ? recoveryMetrics
    : [study.primary, ...study.secondary].map((name) => metrics[name]);
  const primary = all.find(({ name }) => name === primaryOf(study, scenario))!;
  return { primary, secondary: all.filter((metric) => metric !== primary) };
}

export function isDisruptedIn({ scenarios }: Pick<StudySpec, "scenarios">, scenario: string): boolean {
  return scenarios.some((one) => one.name === scenario && isDisrupted(one));
}
