/** The arms of a comparison: each service of the study under each scenario, with all its trials. */

import { isDisrupted } from "../compare/estimands.ts";
import type { Arm } from "../compare/pairs.ts";
import type { Results } from "../input/read.ts";
import type { PlannedTrial } from "../schema/results-folder.ts";
import type { TrialResult } from "../schema/trial.ts";
import type { TrialSeries } from "../trial/series.ts";
import { pool } from "./cells.ts";
import type { Kept, Reduced } from "./reduced.ts";

export interface CellArm extends Arm {
  readonly variant: string;
  readonly arm: PlannedTrial["arm"];
  readonly scenario: string;
  readonly responses: readonly Float64Array[];
  readonly series: readonly TrialSeries[];
  readonly kept: ReadonlyMap<string, Kept>;
}

/** Scenario by scenario, the baseline first, its A/A arm second, the treatments as the study names them. */
export function armsOf({ plan }: Results, reduced: ReadonlyMap<string, Reduced>): CellArm[] {
  const { study } = plan;
  const services = [
    { variant: study.baseline, arm: "main" as const },
    ...(study.aa ? [{ variant: study.baseline, arm: "aa" as const }] : []),
    ...study.variants.map((variant) => ({ variant, arm: "main" as const })),
  ];
  return study.scenarios.flatMap(({ name: scenario, ...asked }) =>
    services.map(({ variant, arm }): CellArm => {
      const of = plan.trials
        .filter((t) => t.scenario === scenario && t.variant === variant && t.arm === arm)
        .sort((a, b) => a.block - b.block)
        .map(({ id }) => reduced.get(id)!);
      const finished = of.flatMap(({ result, kept }) => (kept === undefined ? [] : [{ result, kept }]));
      const valid = finished.filter(({ result }) => result.valid).map(({ kept }) => kept);
      // A mixture of a steady service and of one that is down now and then has no curve: see the recovery.
      const steady = isDisrupted(asked) ? [] : valid;
      const responses = steady.map((kept) => kept.responses);
      return {
        label: variant,
        variant,
        arm,
        scenario,
        trials: of.map(({ result }) => result),
        responses,
        pooled: pool(responses),
        series: isDisrupted(asked) ? firstBlock(finished) : steady.map(({ series }) => series),
        kept: new Map(finished.map(({ result, kept }) => [result.id, kept])),
      };
    }),
  );
}

/** Blocks are disrupted at different instants: a mean over blocks would hide the disruptions. */
function firstBlock(finished: readonly { result: TrialResult; kept: Kept }[]): TrialSeries[] {
  return finished.filter(({ result }) => result.block === 0 && result.valid).map(({ kept }) => kept.series);
}
