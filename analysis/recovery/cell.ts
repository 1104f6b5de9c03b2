/**
 * A disruption on an arm over its injections: medians, sums, the curve of injections not yet recovered from, the data
 * of the chart.
 */

import { counted } from "../figures/format.ts";
import type { InjectionResult, RecoveryCell } from "../schema/recovery.ts";
import { fewestBlocks } from "../statistics/hodges-lehmann.ts";
import { type Duration, kaplanMeier } from "../statistics/kaplan-meier.ts";
import { eventMedians, seriesOf } from "./cell-course.ts";
import type { Grid } from "./injection/aligned.ts";
import { type RecoveryMeasureName, recoveryMeasures } from "./measures/index.ts";
import { medianEstimate, type Repeat, tooFew } from "./median.ts";
import { recoverySentence } from "./sentence.ts";

export interface RecoveryArm {
  readonly scenario: string;
  readonly variant: string;
  readonly arm: "main" | "aa";
  readonly disruption: string;
  /** Of the plan, over all trials of the cell. */
  readonly planned: number;
  /** Copies of the service, by trial. */
  readonly replicas: readonly number[];
  /** Of valid trials; those of invalid or absent ones are only counted. */
  readonly injections: readonly InjectionResult[];
  readonly grid: Grid | undefined;
}

/** Generator later than this, ms, is said: what the lateness gate allows at p99. */
const lateGeneratorMs = 1;

export function recoveryCell(cell: RecoveryArm, alpha: number): RecoveryCell {
  const { scenario, variant, arm, disruption, planned } = cell;
  const seed = `${scenario}/${variant}/${arm}`;
  const measured = cell.injections.filter(({ excluded }) => excluded === "");
  const sustained = durations(measured, "time-to-sustained");
  const broken = sustained.filter(({ value, censored }) => value > 0 || censored);
  const trials = new Set(measured.map(({ trial }) => trial)).size;
  const accounts = measured.map(({ account }) => account!);
  const sum = (key: "offered" | "ok" | "late" | "failed" | "lost") =>
    accounts.reduce((total, account) => total + account[key], 0);
  const without: Omit<RecoveryCell, "sentence"> = {
    scenario,
    variant,
    arm,
    disruption,
    mechanisms: [...new Set(measured.map(({ mechanism }) => mechanism))].sort(),
    replicas: [...new Set(cell.replicas)].sort((a, b) => a - b),
    injections: {
      planned,
      measured: measured.length,
      broken: broken.length,
      sustained: broken.filter(({ censored }) => !censored).length,
      brokenAgain: measured.filter(({ brokenAgain }) => brokenAgain).length,
      excluded: planned - measured.length,
    },
    trials,
    measures: Object.fromEntries(
      Object.values(recoveryMeasures).map(({ name, unit }) => [
        name,
        {
          unit,
          ...overInjections(measured, name as RecoveryMeasureName, alpha, seed),
        },
      ]),
    ),
    account: {
      offered: sum("offered"),
      ok: sum("ok"),
      late: sum("late"),
      failed: sum("failed"),
      lost: sum("lost"),
    },
    notYet: kaplanMeier(sustained, alpha).map(({ at, ...step }) => ({
      ms: at,
      ...step,
      ...(trials < measured.length && { low: null, high: null }),
    })),
    events: eventMedians(measured, alpha, seed),
    series: cell.grid === undefined ? [] : seriesOf(measured, cell.grid),
    notes: notes(cell, measured),
  };
  return { ...without, sentence: recoverySentence(without) };
}

function durations(measured: readonly InjectionResult[], name: RecoveryMeasureName): Duration[] {
  return measured.flatMap(({ values }) => {
    const { value, censored } = values[name]!;
    return value === null ? [] : [{ value, censored }];
  });
}

function overInjections(
  measured: readonly InjectionResult[],
  name: RecoveryMeasureName,
  alpha: number,
  seed: string,
): Omit<RecoveryCell["measures"][string], "unit"> {
  const repeats = repeatsOf(measured, name);
  const median = medianEstimate(repeats, alpha, `${seed}/${name}`);
  const [absent] = measured.map(({ values }) => values[name]!.why).filter((why) => why !== "");
  return {
    median,
    total: repeats.reduce((total, { value }) => total + value, 0),
    why:
      median !== null
        ? ""
        : measured.length === 0
          ? "no injection was measured"
          : repeats.length === 0
            ? (absent ?? "")
            : tooFew(repeats.length),
  };
}

/** What the measured ones have of a measure. */
export function repeatsOf(injections: readonly InjectionResult[], measure: string): Repeat[] {
  return injections.flatMap(({ trial, block, values, excluded }): Repeat[] => {
    if (excluded !== "") return [];
    const { value, censored } = values[measure]!;
    return value === null ? [] : [{ trial, block, value, censored }];
  });
}

/** Injections of one trial share a deployment: see median.ts. */
function withoutInterval(measured: readonly InjectionResult[]): string[] {
  const blocks = new Set(measured.map(({ block }) => block)).size;
  const trials = new Set(measured.map(({ trial }) => trial)).size;
  return trials < measured.length && measured.length >= fewestBlocks && blocks < fewestBlocks
    ? [
        `no interval: the ${measured.length} injections share ${counted(blocks, "block")}, ${fewestBlocks} are needed`,
      ]
    : [];
}

function notes(cell: RecoveryArm, measured: readonly InjectionResult[]): string[] {
  const excluded = cell.injections.filter(({ excluded }) => excluded !== "");
  const reasons = [...new Set(excluded.map(({ excluded }) => excluded))].map(
    (reason) => `${reason} (${excluded.filter((other) => other.excluded === reason).length})`,
  );
  const gone = cell.planned - cell.injections.length;
  const late = durations(measured, "generator-lateness").filter(
    ({ value }) => value > lateGeneratorMs,
  ).length;
  const unsent = durations(measured, "unsent-requests").reduce((total, { value }) => total + value, 0);
  const again = measured.filter(({ brokenAgain }) => brokenAgain).length;
  return [
    ...(reasons.length === 0
      ? []
      : [`${counted(excluded.length, "injection")} excluded from the figures: ${reasons.join(", ")}`]),
    ...withoutInterval(measured),
    ...(gone > 0
      ? [
          `${counted(gone, "injection")} excluded from the figures, because their trials are invalid or absent`,
        ]
      : []),
    ...(again > 0
      ? [
          `after ${counted(again, "injection")} the service level was broken again after it had been sustained`,
        ]
      : []),
    ...(late > 0
      ? [
          `the generator itself sent later than ${lateGeneratorMs} ms in ${late} of ${counted(measured.length, "injection")}; ` +
            "that part of the response times is the generator's, not the service's",
        ]
      : []),
    ...(unsent > 0
      ? [
          `${counted(unsent, "request")} never sent, because a limit of the generator was reached: they count as lost`,
        ]
      : []),
  ];
}
