/** The cells of a scenario in the order of the arms, each with its place in analysis.json. */
import type { ScenarioSpec } from "../../../workloads/spec/spec.ts";
import { isDisrupted } from "../../compare/estimands.ts";
import type { CellResult } from "../../schema/cell.ts";
import { armsOf } from "../parts/arm.ts";
import type { Source } from "../parts/source.ts";

export interface Cell {
  readonly cell: CellResult;
  readonly index: number;
}

/** What a service that is taken down now and then did is told under recovery, and nowhere else. */
export function steadyScenarios({ plan }: Source): readonly ScenarioSpec[] {
  return plan.study.scenarios.filter((scenario) => !isDisrupted(scenario));
}

export function cellsOf({ analysis, plan }: Source, scenario: string): Cell[] {
  return armsOf(plan).flatMap(({ variant, arm }) => {
    const index = analysis.cells.findIndex(
      (cell) => cell.scenario === scenario && cell.variant === variant && cell.arm === arm,
    );
    return index < 0 ? [] : [{ cell: analysis.cells[index]!, index }];
  });
}

/** Why a cell has no curve. */
export function cellState({ trials }: CellResult): string {
  const parts = [
    trials.saturated > 0 ? `${trials.saturated} saturated` : "",
    trials.invalid > 0 ? `${trials.invalid} invalid` : "",
    trials.absent > 0 ? `${trials.absent} absent` : "",
  ].filter((part) => part !== "");
  return parts.length === 0
    ? "no response times"
    : `no response times to show (of ${trials.planned} trials: ${parts.join(", ")})`;
}
