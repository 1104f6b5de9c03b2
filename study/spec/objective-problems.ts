/** What keeps an objective from being judged: a metric that nothing measures, a scenario or variant that is not there. */
import { isDisrupted } from "../../analysis/compare/estimands.ts";
import { metrics } from "../../analysis/metrics/index.ts";
import { recoveryMeasures } from "../../analysis/recovery/measures/index.ts";
import type { Problem } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import type { ObjectiveSpec } from "../../workloads/spec/objective.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";

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
  const isOf = (name: string) =>
    study.scenarios.some(
      (one) => one.name === name && (ofInjection ? one.disruption !== undefined : !isDisrupted(one)),
    );
  const names = study.scenarios.map(({ name }) => name);
  if (named.length === 0 && !names.some(isOf)) {
    return [{ path: "metric", expected, got: `${metric}, and no such scenario` }];
  }
  return named.flatMap((name, at): Problem[] => {
    const path = `scenarios[${at}]`;
    if (!names.includes(name)) return nameProblems(path, name, names);
    return isOf(name) ? [] : [{ path, expected, got: name }];
  });
}
