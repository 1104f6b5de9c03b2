import { type StudySpec, scenarioOf } from "../../workloads/spec/spec.ts";
import { isDisrupted } from "../compare/estimands.ts";
import type { Results } from "../input/read.ts";
import type { ModelCell } from "../models/predictions.ts";
import type { CellResult } from "../schema/cell.ts";
import { mean } from "../statistics/moments.ts";
import { saturates } from "../trial/saturation.ts";
import type { CellArm } from "./arms.ts";
import { pool } from "./cells.ts";
import { batchOf, isShapeKnown, replicasOf, workersOf } from "./trial-result.ts";

/**
 * Every cell of the main arm, with the service times of its variant's requests that found the service idle, under any
 * scenario.
 */
export function modelCells(
  { plan, manifest }: Results,
  arms: readonly CellArm[],
  cells: readonly CellResult[],
): ModelCell[] {
  const isSteady = (scenario: string) =>
    !plan.study.scenarios.some((one) => one.name === scenario && isDisrupted(one));
  const main = arms.filter(
    ({ arm, scenario, variant }) => arm === "main" && isSteady(scenario) && isShapeKnown(manifest, variant),
  );
  return main.map((arm) => {
    const sameVariant = main.filter(({ variant }) => variant === arm.variant);
    const idle = sameVariant.flatMap(({ trials, kept }) =>
      trials.filter(({ valid }) => valid).map(({ id }) => kept.get(id)!.idleServiceMs),
    );
    return {
      cell: cells[arms.indexOf(arm)]!,
      arrival: scenarioOf(plan.study, arm).arrival,
      servers: workersOf(manifest, arm.variant) * replicasOf(manifest, arm.variant),
      batch: batchOf(manifest, arm.variant),
      saturatedPerSecond: saturatedThroughput(sameVariant, plan.study),
      serviceMs: pool(idle),
      trials: arm.trials.flatMap((result) => {
        const kept = arm.kept.get(result.id);
        return kept === undefined ? [] : [{ result, scheduledMs: kept.scheduledMs }];
      }),
    };
  });
}

/** Geometric mean over the valid trials of a variant that was saturated, or else overloaded; null for none. */
function saturatedThroughput(arms: readonly CellArm[], study: StudySpec): number | null {
  const saturating = arms.filter((arm) => saturates(study, arm));
  const values = (saturating.length > 0 ? saturating : arms).flatMap(({ trials }) =>
    trials.flatMap(({ valid, saturated, metrics: of }) => {
      const value = valid && (saturated || saturating.length > 0) ? of.throughput!.value : null;
      return value !== null && value > 0 ? [Math.log(value)] : [];
    }),
  );
  return values.length === 0 ? null : Math.exp(mean(values));
}
