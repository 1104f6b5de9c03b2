/**
 * Lengthens the scenarios of a study that must give values on any machine: at a low capacity they become as long as
 * their arrivals and the primary metric need. For a first look only: runs whose lengths depend on the machine are not
 * comparable.
 */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { scenarioProblems } from "../spec/study-file.ts";
import { planTrials } from "./plan.ts";
import { longer, shortSchedules } from "./sample-size-check.ts";

/** @returns the study with its new lengths, and a sentence for each scenario whose length is another one now */
export function withLongerScenarios(
  study: StudySpec,
  capacityPerSecond: number | undefined,
): { readonly study: StudySpec; readonly sentences: readonly string[] } {
  const trials = planTrials(study);
  const enough = (scenario: StudySpec["scenarios"][number]) => {
    const alone = { ...study, scenarios: [scenario] };
    return (
      scenarioProblems(alone, capacityPerSecond).length === 0 &&
      shortSchedules({ study: alone, trials }, capacityPerSecond).length === 0
    );
  };
  const sentences: string[] = [];
  const scenarios = study.scenarios.map((scenario) => {
    const { name, durationSeconds: own, disruption } = scenario;
    // A disruption has its place in the length that was planned for it.
    if (disruption !== undefined || enough(scenario)) return scenario;
    const seconds = longer(own).find((durationSeconds) => enough({ ...scenario, durationSeconds }));
    if (seconds === undefined) return scenario;
    sentences.push(
      `${capacityPerSecond === undefined ? "At its rate" : `At ${capacityPerSecond.toFixed(1)}/s of capacity`} ${own} s of ${name} load are too short: its trials take ${seconds} s in this run.`,
    );
    return { ...scenario, durationSeconds: seconds };
  });
  return sentences.length === 0 ? { study, sentences } : { study: { ...study, scenarios }, sentences };
}
