/** A study restricted to some of its scenarios, for a user who asks only one of its questions. */
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";

interface Named {
  readonly name: string;
  readonly twinOf?: string;
}

/**
 * Those that were asked for, in the study's order. Where the one whose load others share is left out, the first of
 * these leads them, so that they still share one.
 * @param scenarios not yet checked; what is no list is left for the schema to name
 * @throws TestbedError listing every name that none of them has
 */
export function onlyScenarios(scenarios: unknown, asked: readonly string[]): unknown {
  if (!Array.isArray(scenarios) || !scenarios.every(isNamed)) return scenarios;
  const names = scenarios.map(({ name }) => name);
  const problems: Problem[] = asked.flatMap((name) => nameProblems("--scenarios", name, names));
  if (problems.length > 0) {
    throw new TestbedError("badInput", "the study has no such scenario", { problems });
  }
  const kept = scenarios.filter(({ name }) => asked.includes(name));
  return kept.map(({ twinOf, ...scenario }) => {
    if (twinOf === undefined) return scenario;
    const leader = asked.includes(twinOf) ? twinOf : kept.find((other) => other.twinOf === twinOf)?.name;
    return leader === scenario.name ? scenario : { ...scenario, twinOf: leader };
  });
}

function isNamed(scenario: unknown): scenario is Named {
  return typeof (scenario as Named | null)?.name === "string";
}
