/**
 * A cell, that is, a variant under a scenario over its blocks: averages over its usable trials, and the data of the
 * charts.
 */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import type { Estimate, Finding } from "../figures/figures.ts";
import { counted } from "../figures/format.ts";
import { type Metric, metrics } from "../metrics/index.ts";
import type { CellResult } from "../schema/cell.ts";
import type { PlannedTrial } from "../schema/results-folder.ts";
import type { TrialResult } from "../schema/trial.ts";
import { quantile, quantileNeeds, type Sorted, sorted } from "../statistics/quantile.ts";
import { designEffect, shareInterval } from "../statistics/share-interval.ts";
import { exponentiated, tInterval } from "../statistics/student.ts";
import { meanSeries, type TrialSeries } from "../trial/series.ts";
import { percentileBands } from "./percentile-bands.ts";

export interface CellTrials {
  readonly variant: string;
  readonly arm: PlannedTrial["arm"];
  readonly scenario: string;
  readonly trials: readonly TrialResult[];
  /** Response times in the order of the schedule, and time series, of the valid trials. */
  readonly responses: readonly Float64Array[];
  readonly pooled: Sorted;
  readonly series: readonly TrialSeries[];
}

const curvePoints = [
  0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999,
  0.9995, 0.9999, 0.99999,
] as const;

export function cellResult(cell: CellTrials, { alpha }: Pick<StudySpec, "alpha">): CellResult {
  const { variant, arm, scenario, trials, responses, pooled } = cell;
  const valid = trials.filter((trial) => trial.valid);
  const effect = effectOf(cell);
  return {
    variant,
    arm,
    scenario,
    trials: {
      planned: trials.length,
      valid: valid.length,
      invalid: trials.filter((trial) => trial.status === "finished" && !trial.valid).length,
      saturated: valid.filter((trial) => trial.saturated).length,
      absent: trials.filter((trial) => trial.status !== "finished").length,
    },
    metrics: Object.fromEntries(
      Object.values(metrics).map((metric) => [
        metric.name,
        { unit: metric.unit, ...average(valid, metric, alpha, effect) },
      ]),
    ),
    curve: curve(responses, pooled, alpha),
    pooled: pooled.length,
    series: meanSeries(cell.series),
    findings: cellFindings(trials),
  };
}

/** One metric of a cell at another level than the study's; null, with the reason, where the cell has no average. */
export function averageOf(
  cell: Pick<CellTrials, "trials" | "responses" | "pooled">,
  metric: Metric,
  alpha: number,
): { readonly estimate: Estimate | null; readonly why: string } {
  return average(
    cell.trials.filter((trial) => trial.valid),
    metric,
    alpha,
    effectOf(cell),
  );
}

/** Worked out once, and only where a share needs it. */
function effectOf({ responses, pooled }: Pick<CellTrials, "responses" | "pooled">): () => number {
  let known: number | undefined;
  return () => (known ??= designEffect(responses, pooled));
}

function curve(responses: readonly Float64Array[], pooled: Sorted, alpha: number): CellResult["curve"] {
  const ps = curvePoints.filter(
    (p) => pooled.length >= quantileNeeds(p) && pooled.length >= quantileNeeds(1 - p),
  );
  const bands = percentileBands(
    responses.map((times) => sorted(times.slice())),
    ps,
    alpha,
  );
  return ps.map((p, index) => ({
    p,
    ms: finiteOrNull(quantile(pooled, p)),
    low: finiteOrNull(bands[index]?.low ?? Number.NaN),
    high: finiteOrNull(bands[index]?.high ?? Number.NaN),
    level: bands[index]?.level ?? null,
  }));
}

export function pool(responses: readonly Float64Array[]): Sorted {
  const all = new Float64Array(responses.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of responses) {
    all.set(values, at);
    at += values.length;
  }
  return sorted(all);
}

/** Geometric mean over valid trials, of all requests for a share; null where a saturated trial, a failure or a nought forbids it. */
function average(
  valid: readonly TrialResult[],
  { name, unit, growsWithQueue }: Metric,
  alpha: number,
  effect: () => number,
) {
  const none = (why: string) => ({ estimate: null, why });
  if (valid.length === 0) return none("no valid trial");
  const saturated = valid.filter((trial) => trial.saturated).length;
  if (growsWithQueue && saturated > 0) {
    return none(
      `overloaded in ${saturated} of ${counted(valid.length, "trial")}: it grows with the trial's length`,
    );
  }
  const absent = valid.find((trial) => trial.metrics[name]!.value === null);
  if (absent !== undefined) return none(absent.metrics[name]!.why);
  const values = valid.map((trial) => trial.metrics[name]!.value!);
  if (values.length < 2) return none("one trial has no interval");
  if (unit === "share") {
    const shares = valid.map((trial, index) => ({ value: values[index]!, n: trial.metrics[name]!.n }));
    return { estimate: shareInterval(shares, alpha, effect()), why: "" };
  }
  if (values.some((value) => value <= 0)) {
    return none(`${values.filter((value) => value <= 0).length} of ${counted(values.length, "trial")} at 0`);
  }
  return { estimate: exponentiated(tInterval(values.map(Math.log), alpha)), why: "" };
}

function cellFindings(trials: readonly TrialResult[]): Finding[] {
  const invalid = trials.filter((trial) => trial.status === "finished" && !trial.valid);
  const absent = trials.filter((trial) => trial.status !== "finished");
  const saturated = trials.filter((trial) => trial.valid && trial.saturated);
  const planned = counted(trials.length, "trial");
  return [
    ...(invalid.length === 0
      ? []
      : [note("warning", "invalid-trials", `${invalid.length} of ${planned} invalid: ${codes(invalid)}`)]),
    ...(absent.length === 0
      ? []
      : [note("warning", "absent-trials", `${absent.length} of ${planned} without samples`)]),
    ...(saturated.length === 0
      ? []
      : [
          note(
            "note",
            "saturated",
            `the queue was still growing when the load ended in ${saturated.length} of ${planned}`,
          ),
        ]),
    ...sharedWarnings(trials),
  ];
}

/** Warnings that trials of this cell carry, once each with their count. */
function sharedWarnings(trials: readonly TrialResult[]): Finding[] {
  const warnings = trials.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity === "warning"),
  );
  return [...new Set(warnings.map(({ code }) => code))].map((code) => {
    const found = warnings.filter((warning) => warning.code === code);
    return {
      ...found[0]!,
      message: `in ${found.length} of ${counted(trials.length, "trial")}, for example: ${found[0]!.message}`,
    };
  });
}

function codes(trials: readonly TrialResult[]): string {
  const all = trials.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity === "invalid").map(({ code }) => code),
  );
  return [...new Set(all)]
    .map((code) => `${code} in ${all.filter((other) => other === code).length}`)
    .join(", ");
}

function note(severity: Finding["severity"], code: string, message: string): Finding {
  return { severity, code, message, advice: "" };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
