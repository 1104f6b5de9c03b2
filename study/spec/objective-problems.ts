/** The objectives of a study file: what keeps one from being judged, and those of a narrower run. */
import { isDisrupted } from "../../analysis/compare/estimands.ts";
import { metrics } from "../../analysis/metrics/index.ts";
import { recoveryMeasures } from "../../analysis/recovery/measures/index.ts";
import type { Problem } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import type { ObjectiveSpec } from "../../workloads/spec/objective.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";

/** As a study is written, which the schema has not seen. */
interface Written {
  readonly baseline?: unknown;
  readonly variants?: unknown;
  readonly scenarios?: unknown;
  readonly objectives?: unknown;
}

/**
 * The study without the objectives that are on variants or scenarios which flags have left out.
 * @param left of the study, which has the variants and scenarios that are left
 */
export function withObjectivesLeft(left: Written): Written {
  const { objectives, scenarios } = left;
  if (!Array.isArray(objectives) || !Array.isArray(scenarios)) return left;
  const services = [left.baseline, ...(Array.isArray(left.variants) ? left.variants : [])];
  const names = scenarios.map(({ name }: { name?: unknown }) => name);
  const among = (key: string, named: unknown, known: readonly unknown[]) =>
    Array.isArray(named) ? { [key]: named.filter((name) => known.includes(name)) } : {};
  const kept = objectives
    .map((one: Partial<ObjectiveSpec>) => ({
      ...one,
      ...among("variants", one.variants, services),
      ...among("scenarios", one.scenarios, names),
    }))
    .filter((one) => [one.variants, one.scenarios].every((named) => named?.length !== 0))
    .filter((one) => one.scenarios !== undefined || scenarios.some((scenario) => isOf(one.metric, scenario)));
  const { objectives: _, ...without } = left;
  return kept.length === 0 ? without : { ...left, objectives: kept };
}

export function objectiveProblems(study: StudySpec): Problem[] {
  return (study.objectives ?? []).flatMap((objective, index) =>
    problemsWith(study, objective).map((problem) => ({
      ...problem,
      path: `objectives[${index}].${problem.path}`,
    })),
  );
}

function problemsWith(study: StudySpec, objective: ObjectiveSpec): Problem[] {
  const { metric, scenarios = [], variants = [], injectionShare } = objective;
  const services = [study.baseline, ...study.variants];
  const ofTrial = Object.values(metrics).find(({ name }) => name === metric);
  const ofInjection = Object.values(recoveryMeasures).find(({ name }) => name === metric);
  const problems = variants.flatMap((name, at) => nameProblems(`variants[${at}]`, name, services));
  if (ofTrial === undefined && ofInjection === undefined) {
    const known = [...Object.values(metrics), ...Object.values(recoveryMeasures)].map(({ name }) => name);
    return [...problems, ...nameProblems("metric", metric, known)];
  }
  const limit = objective.atMost ?? objective.atLeast!;
  if (ofTrial?.unit === "share" && limit > 1) {
    const path = objective.atMost === undefined ? "atLeast" : "atMost";
    problems.push({ path, expected: `a share from 0 to 1, since ${metric} is one`, got: String(limit) });
  }
  if (ofTrial !== undefined && injectionShare !== undefined) {
    problems.push({
      path: "injectionShare",
      expected: `to be left out: ${metric} is measured in a trial, not after an injection`,
      got: String(injectionShare),
    });
  }
  return [...problems, ...scenarioProblems(study, scenarios, metric, ofInjection !== undefined)];
}

function scenarioProblems(
  study: StudySpec,
  named: readonly string[],
  metric: string,
  ofInjection: boolean,
): Problem[] {
  const expected = ofInjection
    ? `a scenario with a disruption, since ${metric} is measured after an injection`
    : `a scenario without a disruption, since ${metric} is of a steady service`;
  const fits = (name: string) => study.scenarios.some((one) => one.name === name && isOf(metric, one));
  const names = study.scenarios.map(({ name }) => name);
  if (named.length === 0 && !names.some(fits)) {
    return [{ path: "metric", expected, got: `${metric}, and no such scenario` }];
  }
  return named.flatMap((name, at): Problem[] => {
    const path = `scenarios[${at}]`;
    if (!names.includes(name)) return nameProblems(path, name, names);
    return fits(name) ? [] : [{ path, expected, got: name }];
  });
}

/** An injection's measures are of scenarios with a disruption, a trial's metrics of those without. */
function isOf(
  metric: string | undefined,
  scenario: Pick<StudySpec["scenarios"][number], "disruption">,
): boolean {
  const ofInjection = Object.values(recoveryMeasures).some(({ name }) => name === metric);
  return ofInjection ? scenario.disruption !== undefined : !isDisrupted(scenario);
}
