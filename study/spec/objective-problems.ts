/** The objectives of a study file: what keeps one from being judged, and those of a narrower run. */
import { isMeasuredIn, type Subject, subjectNames, subjectOf } from "../../analysis/objectives/subject.ts";
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
    .filter((one) => {
      const subject = subjectOf(String(one.metric));
      // What is not measured is told by `objectiveProblems`.
      if (one.scenarios !== undefined || subject === undefined) return true;
      return scenarios.some((scenario) => isMeasuredIn(subject, scenario));
    });
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
  const problems = variants.flatMap((name, at) => nameProblems(`variants[${at}]`, name, services));
  const subject = subjectOf(metric);
  if (subject === undefined) return [...problems, ...nameProblems("metric", metric, subjectNames)];
  const limit = objective.atMost ?? objective.atLeast!;
  if (subject.metric.unit === "share" && limit > 1) {
    const path = objective.atMost === undefined ? "atLeast" : "atMost";
    problems.push({ path, expected: `a share from 0 to 1, since ${metric} is one`, got: String(limit) });
  }
  if (subject.of === "trial" && injectionShare !== undefined) {
    problems.push({
      path: "injectionShare",
      expected: `to be left out: ${metric} is measured in a trial, not after an injection`,
      got: String(injectionShare),
    });
  }
  return [...problems, ...scenarioProblems(study, scenarios, subject)];
}

function scenarioProblems(study: StudySpec, named: readonly string[], subject: Subject): Problem[] {
  const metric = subject.metric.name;
  const expected =
    subject.of === "injection"
      ? `a scenario with a disruption, since ${metric} is measured after an injection`
      : `a scenario without a disruption, since ${metric} is of a steady service`;
  const fitting = study.scenarios.filter((one) => isMeasuredIn(subject, one)).map(({ name }) => name);
  if (named.length === 0 && fitting.length === 0) {
    return [{ path: "metric", expected, got: `${metric}, and no such scenario` }];
  }
  const names = study.scenarios.map(({ name }) => name);
  return named.flatMap((name, at): Problem[] => {
    const path = `scenarios[${at}]`;
    if (!names.includes(name)) return nameProblems(path, name, names);
    return fitting.includes(name) ? [] : [{ path, expected, got: name }];
  });
}
