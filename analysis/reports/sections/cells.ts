/** The cells of a scenario in the order of the arms, each with its place in analysis.json. */
import type { ScenarioSpec } from "../../../workloads/spec/spec.ts";
import { isDisrupted } from "../../compare/estimands.ts";
import type { CellResult } from "../../schema/cell.ts";
import { armsOf } from "../parts/arm.ts";
import { citeInterval, type Place } from "../parts/cite.ts";
import type { Inline } from "../parts/document.ts";
import { type Format, formatFor } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";

export interface Cell {
  readonly cell: CellResult;
  readonly index: number;
}

/** Scenarios with a disruption are reported under recovery only. */
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

/** A cell's value of a metric, and where it stands: the mean with its interval, or what the one valid trial measured. */
export interface CellValue {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Of the value itself in analysis.json. */
  readonly place: Place;
  /** It is of one trial, so that it has no interval: low and high are the value. */
  readonly single: boolean;
}

export function measuredIn({ analysis }: Source, { cell, index }: Cell, metric: string): CellValue | null {
  const estimate = cell.metrics[metric]?.estimate ?? null;
  if (estimate !== null) {
    const place = ["cells", index, "metrics", metric, "estimate", "value"];
    return { ...estimate, place, single: false };
  }
  if (cell.trials.valid !== 1) return null;
  const trial = analysis.trials.findIndex(
    ({ variant, arm, scenario, valid }) =>
      valid && variant === cell.variant && arm === cell.arm && scenario === cell.scenario,
  );
  const value = analysis.trials[trial]?.metrics[metric]?.value ?? null;
  if (value === null) return null;
  return {
    ...{ value, low: value, high: value, single: true },
    place: ["trials", trial, "metrics", metric, "value"],
  };
}

/** Of a value without interval. */
const oneTrial = "one trial, no interval";

/** `0.301 [0.287, 0.316]`, or `0.301 (one trial, no interval)`; else why there is neither. */
export function citeValue(source: Source, at: Cell, metric: string, format?: Format): Inline[] {
  const found = at.cell.metrics[metric];
  if (found === undefined) return ["not measured"];
  const printed = format ?? formatFor(found.unit);
  const value = measuredIn(source, at, metric);
  if (value?.single === true) return [source.cite.analysis(value.place, printed), ` (${oneTrial})`];
  const place = ["cells", at.index, "metrics", metric, "estimate"];
  return citeInterval(source.cite.analysis, place, found.estimate, printed, found.why);
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
