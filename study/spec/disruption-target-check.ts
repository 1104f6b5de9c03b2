/** Whether a study's disruptions are allowed on its target; checked before anything is written or provisioned. */
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { type GivenSettings, settingsWith } from "../../infra/workspace/settings-file.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { knownNames } from "./catalog.ts";
import type { KnownDisruption } from "./study-file.ts";

/**
 * @param given to the target by this command; what it was told before stands
 * @param mayDisrupt the context that the user has said may be disrupted
 * @throws TestbedError listing every reason why not
 */
export async function checkPlace(
  study: StudySpec,
  given: GivenSettings,
  mayDisrupt: string | undefined,
): Promise<void> {
  if (mayDisrupt === undefined && study.scenarios.every(({ disruption }) => disruption === undefined)) return;
  const { nodes, context }: { nodes?: number; context?: string } = await settingsWith(study.target, given);
  const problems = placeProblems(study, knownNames.disruptions, { nodes, context, mayDisrupt });
  if (problems.length === 0) return;
  throw new TestbedError(
    "badInput",
    `study ${study.name} cannot make this disruption on the target ${study.target}`,
    {
      problems,
      hint: "Nothing was provisioned. docs/disruptions.md lists the disruptions of each target.",
    },
  );
}

/** Where the target is to be, as far as disruptions must know it. */
export interface DisruptedPlace {
  /** Of the target, as it was told; undefined where it has no such setting. */
  readonly nodes: number | undefined;
  /** Context of a kubeconfig: a cluster that the testbed does not own. */
  readonly context: string | undefined;
  /** Which the user has said may be disrupted. */
  readonly mayDisrupt: string | undefined;
}

/** What of the place keeps the study's disruptions from being injected, before anything is provisioned. */
export function placeProblems(
  { target, scenarios }: StudySpec,
  known: Readonly<Record<string, Pick<KnownDisruption, "leastNodes">>>,
  { nodes, context, mayDisrupt }: DisruptedPlace,
): Problem[] {
  const problems: Problem[] = scenarios.flatMap(({ disruption }, index) => {
    const least = disruption === undefined ? 1 : (known[disruption.kind]?.leastNodes ?? 1);
    return least <= (nodes ?? 1)
      ? []
      : [
          {
            path: `scenarios[${index}].disruption.kind`,
            expected: `at least ${least} nodes (--nodes ${least})`,
            got: `${disruption!.kind} on ${nodes ?? 1} node`,
          },
        ];
  });
  const path = "--disrupt-context";
  if (target !== "cluster") {
    if (mayDisrupt === undefined) return problems;
    return [
      ...problems,
      { path, expected: "no value: it applies to the target cluster only", got: mayDisrupt },
    ];
  }
  if (scenarios.every(({ disruption }) => disruption === undefined) && mayDisrupt === undefined)
    return problems;
  if (mayDisrupt !== undefined && mayDisrupt === context) return problems;
  const expected = `${context ?? "the context in use"}, the context in use, as confirmation`;
  return [...problems, { path, expected, got: mayDisrupt ?? "nothing" }];
}
