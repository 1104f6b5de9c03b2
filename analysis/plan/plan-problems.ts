/** Checks of a plan beyond its schema: it has exactly the study's cells, each trial once, and is unchanged. */
import type { Problem } from "../../errors/errors.ts";
import type { PlanFile, PlannedTrial } from "../schema/results-folder.ts";
import { planDigest } from "./plan-digest.ts";

export function planProblems(plan: PlanFile): Problem[] {
  const { study, trials } = plan;
  const variants = [study.baseline, ...study.variants];
  const scenarios = study.scenarios.map(({ name }) => name);
  const blocks = study.blocks + (study.spareBlocks ?? 0);
  const digest = planDigest(study, trials);
  return [
    ...(digest === plan.digest ? [] : [{ path: "plan.json: digest", expected: plan.digest, got: digest }]),
    ...repeated(trials),
    ...trials.flatMap(({ variant, scenario, block }, index) => {
      const path = `plan.json: trials[${index}]`;
      return [
        ...unknown(`${path}.variant`, variant, variants),
        ...unknown(`${path}.scenario`, scenario, scenarios),
        ...(block < blocks
          ? []
          : [
              {
                path: `${path}.block`,
                expected: `one of the study's ${blocks} blocks, from 0`,
                got: `${block}`,
              },
            ]),
      ];
    }),
  ];
}

/** A trial that is listed twice would count twice; so would two of one cell. */
function repeated(trials: readonly PlannedTrial[]): Problem[] {
  const keys = {
    id: ({ id }: PlannedTrial) => id,
    cell: ({ block, variant, arm, scenario }: PlannedTrial) =>
      `block ${block}, ${variant}, ${arm}, ${scenario}`,
  };
  return Object.entries(keys).flatMap(([what, key]) => {
    const seen = new Set<string>();
    return trials.flatMap((trial, index) => {
      const got = key(trial);
      if (!seen.has(got)) {
        seen.add(got);
        return [];
      }
      return [{ path: `plan.json: trials[${index}]`, expected: `each ${what} once`, got: `${got} again` }];
    });
  });
}

function unknown(path: string, got: string, among: readonly string[]): Problem[] {
  return among.includes(got) ? [] : [{ path, expected: `one of the study's: ${among.join(", ")}`, got }];
}
