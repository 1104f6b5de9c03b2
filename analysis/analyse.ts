/**
 * From a results folder to its analysis. Pure, offline, deterministic: the same folder gives the same bytes. Works by
 * groups, the trials of one block and scenario, which share a schedule: they are judged against each other, measured over
 * the same requests, and let go before the next group is read.
 */
import { join } from "node:path";
import { cellResult, pool } from "./cells.ts";
import { type Arm, type ComparisonRequest, compareAll } from "./compare.ts";
import { comparedMetrics, isDisrupted } from "./estimands.ts";
import { flightOf } from "./flight.ts";
import { type PlannedTrial, schemaVersion } from "./folder.ts";
import { ladder } from "./ladder.ts";
import { mean } from "./moments.ts";
import { idleServiceMs, type ModelCell, predictions } from "./predictions.ts";
import { type PlannedResult, type Results, readResults, readTimeline, readTrace } from "./read.ts";
import { shortestWindowMs } from "./recovery/comparison.ts";
import { recoveryOf } from "./recovery/recovery.ts";
import type { TrialRecovery } from "./recovery/trial-recovery.ts";
import { resolution } from "./resolution.ts";
import { type Analysis, analysisFile, type CellResult, type TrialResult } from "./result.ts";
import { scaling } from "./scaling.ts";
import { type TrialSeries, trialSeries } from "./series.ts";
import { stageCell, type TrialStages, trialStages } from "./stages.ts";
import { studyFindings, synthetic } from "./study-findings.ts";
import {
  absentTrial,
  batchOf,
  type LoadedTrial,
  loadedTrial,
  measureTrial,
  replicasOf,
  workersOf,
} from "./trial-result.ts";
import { twins } from "./twins.ts";
import { type SectionVariances, sectionVariances, varianceComponents } from "./variance.ts";
import { responsesBetween } from "./window.ts";

/** One trial, reduced to what the whole needs of it. */
interface Reduced {
  readonly result: TrialResult;
  readonly kept: Kept | undefined;
}

/** What is left of a finished trial's samples: 16 bytes a request, and sums. */
interface Kept {
  /** Of the window, in the order of the schedule. */
  readonly responses: Float64Array;
  readonly scheduledMs: Float64Array;
  readonly idleServiceMs: Float64Array;
  readonly within: SectionVariances;
  readonly series: TrialSeries;
  readonly stages: TrialStages | undefined;
  readonly recovery: TrialRecovery | undefined;
  readonly recoveryValid: boolean;
}

/** @throws TestbedError (invalidResults) naming what is wrong with the folder */
export async function analyse(directory: string): Promise<Analysis> {
  const results = await readResults(directory);
  const reduced = new Map<string, Reduced>();
  for (const group of groups(results.trials)) {
    for (const trial of await reduceGroup(results, group)) reduced.set(trial.result.id, trial);
  }
  const { plan, manifest } = results;
  const trials = plan.trials.map(({ id }) => reduced.get(id)!.result);
  const arms = armsOf(results, reduced);
  const comparisons = compareAll(comparisonRequests(results, arms), plan.study);
  const recovery = recoveryOf(plan.study, arms);
  const counts = countTrials(trials);
  const cells = arms.map((arm) => cellResult(arm, plan.study));
  return analysisFile.parse({
    schemaVersion,
    study: plan.study.name,
    description: plan.study.description,
    run: plan.run,
    planDigest: plan.digest,
    complete: counts.valid === counts.planned,
    counts,
    synthetic: synthetic(manifest),
    resolution: resolution(plan.study),
    findings: studyFindings({ plan, manifest, trials, comparisons, recovery }),
    comparisons,
    cells,
    variance: arms
      .filter(({ arm }) => arm === "main")
      .flatMap((cell) => varianceComponents(cell, cell.trials, (id) => cell.kept.get(id)?.within)),
    scaling: scaling(
      arms.flatMap(({ arm, trials }, index) => (arm === "main" ? [{ cell: cells[index]!, trials }] : [])),
      manifest,
      plan.study.alpha,
    ),
    models: modelCells(results, arms, cells).flatMap(predictions),
    twins: twins(plan, trials, (variant) => workersOf(manifest, variant) * replicasOf(manifest, variant)),
    recovery,
    ladder: plan.study.ladder === true ? ladder(comparisons, plan.study.variants, plan.study.alpha) : [],
    stages: arms.flatMap((cell) =>
      stageCell(
        {
          ...cell,
          trials: cell.trials.map((result) => ({ result, stages: cell.kept.get(result.id)?.stages })),
        },
        plan.study.alpha,
      ),
    ),
    trials,
  } satisfies Analysis);
}

function groups(trials: readonly PlannedResult[]): PlannedResult[][] {
  const found = new Map<string, PlannedResult[]>();
  for (const trial of trials) {
    const key = `${trial.planned.block}/${trial.planned.scenario}`;
    found.set(key, [...(found.get(key) ?? []), trial]);
  }
  return [...found.values()];
}

async function reduceGroup(results: Results, group: readonly PlannedResult[]): Promise<Reduced[]> {
  const { directory, plan, manifest } = results;
  const { study } = plan;
  const loaded: LoadedTrial[] = [];
  const reduced: Reduced[] = [];
  for (const { planned, record } of group) {
    if (record?.status === "finished") {
      const trace = await readTrace(directory, record);
      const timeline = await readTimeline(directory, record);
      loaded.push(loadedTrial(planned, record, trace, timeline, study, manifest));
    } else {
      reduced.push({ result: absentTrial(planned, record), kept: undefined });
    }
  }
  // A comparison must be over the same requests: the trial that settles last sets the window for all.
  const cutMs = Math.max(...loaded.map(({ settledMs }) => settledMs));
  const isBaseline = ({ planned }: LoadedTrial) =>
    planned.variant === study.baseline && planned.arm === "main";
  const baseline = loaded.find(isBaseline)?.trace;
  const horizonMs = shortestWindowMs(loaded.map(({ recovery }) => recovery?.injections ?? []));
  for (const trial of loaded) {
    const { result, window, recoveryValid } = measureTrial(trial, cutMs, {
      study,
      manifest,
      baseline: isBaseline(trial) ? undefined : baseline,
      horizonMs,
    });
    const { trace } = trial;
    const responses = responsesBetween(trace, window.fromMs, window.toMs);
    reduced.push({
      result,
      kept: {
        responses,
        scheduledMs: trace.scheduledMs,
        idleServiceMs: idleServiceMs(trace),
        within: sectionVariances(responses),
        stages: await trialStages(join(directory, "trials", result.id, "samples.parquet"), window),
        series: trialSeries(trace, flightOf(trace), trial.record.durationSeconds),
        recovery: trial.recovery,
        recoveryValid,
      },
    });
  }
  return reduced;
}

interface CellArm extends Arm {
  readonly variant: string;
  readonly arm: PlannedTrial["arm"];
  readonly scenario: string;
  readonly responses: readonly Float64Array[];
  readonly series: readonly TrialSeries[];
  readonly kept: ReadonlyMap<string, Kept>;
}

/** Scenario by scenario, the baseline first, its A/A arm second, the treatments as the study names them. */
function armsOf({ plan }: Results, reduced: ReadonlyMap<string, Reduced>): CellArm[] {
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

/** Each block is disrupted at other instants: a mean over blocks would show none of them. */
function firstBlock(finished: readonly { result: TrialResult; kept: Kept }[]): TrialSeries[] {
  return finished.filter(({ result }) => result.block === 0 && result.valid).map(({ kept }) => kept.series);
}

/** Every cell of the main arm, with what the variant's service takes by itself, seen under any scenario. */
function modelCells(
  { plan, manifest }: Results,
  arms: readonly CellArm[],
  cells: readonly CellResult[],
): ModelCell[] {
  const isSteady = (scenario: string) =>
    !plan.study.scenarios.some((one) => one.name === scenario && isDisrupted(one));
  const main = arms.filter(({ arm, scenario }) => arm === "main" && isSteady(scenario));
  return main.map((arm) => {
    const sameVariant = main.filter(({ variant }) => variant === arm.variant);
    const idle = sameVariant.flatMap(({ trials, kept }) =>
      trials.filter(({ valid }) => valid).map(({ id }) => kept.get(id)!.idleServiceMs),
    );
    return {
      cell: cells[arms.indexOf(arm)]!,
      arrival: plan.study.scenarios.find(({ name }) => name === arm.scenario)!.arrival,
      servers: workersOf(manifest, arm.variant) * replicasOf(manifest, arm.variant),
      batch: batchOf(manifest, arm.variant),
      saturatedPerSecond: saturatedThroughput(sameVariant),
      serviceMs: pool(idle),
      trials: arm.trials.flatMap((result) => {
        const kept = arm.kept.get(result.id);
        return kept === undefined ? [] : [{ result, scheduledMs: kept.scheduledMs }];
      }),
    };
  });
}

/** Geometric mean over the overloaded valid trials of a variant; null for none. */
function saturatedThroughput(arms: readonly CellArm[]): number | null {
  const values = arms.flatMap(({ trials }) =>
    trials.flatMap(({ valid, saturated, metrics: of }) => {
      const value = valid && saturated ? of.throughput!.value : null;
      return value !== null && value > 0 ? [Math.log(value)] : [];
    }),
  );
  return values.length === 0 ? null : Math.exp(mean(values));
}

/** Primary rows first, then the A/A rows, then the secondary ones. */
function comparisonRequests({ plan }: Results, arms: readonly CellArm[]): ComparisonRequest[] {
  const { study } = plan;
  const rows = study.scenarios.flatMap(({ name: scenario }) => {
    const here = arms.filter((arm) => arm.scenario === scenario);
    const baseline = here.find(({ variant, arm }) => variant === study.baseline && arm === "main")!;
    const { primary, secondary } = comparedMetrics(study, scenario);
    return here
      .filter((arm) => arm !== baseline)
      .flatMap((treatment) =>
        [primary, ...secondary].map((metric): ComparisonRequest => {
          const role = treatment.arm === "aa" ? "aa" : metric === primary ? "primary" : "secondary";
          return { scenario, metric, role, baseline, treatment };
        }),
      );
  });
  return (["primary", "aa", "secondary"] as const).flatMap((of) => rows.filter(({ role }) => role === of));
}

function countTrials(trials: readonly TrialResult[]): Analysis["counts"] {
  const finished = trials.filter(({ status }) => status === "finished");
  const valid = finished.filter((trial) => trial.valid);
  return {
    planned: trials.length,
    finished: finished.length,
    failed: trials.filter(({ status }) => status === "failed" || status === "partial").length,
    absent: trials.filter(({ status }) => status === "missing").length,
    valid: valid.length,
    invalid: finished.length - valid.length,
    saturated: valid.filter(({ saturated }) => saturated).length,
  };
}
