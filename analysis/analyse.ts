/**
 * From a results folder to its analysis. Pure, offline, deterministic: the same folder gives the same bytes. Works by
 * groups, the trials of one block and scenario, which share a schedule: they are judged against each other, measured over
 * the same requests, and let go before the next group is read.
 */
import { armsOf, type CellArm } from "./cells/arms.ts";
import { cellResult } from "./cells/cells.ts";
import { modelCells } from "./cells/model-cells.ts";
import { judgedTogether, type Reduced, reduceGroup } from "./cells/reduced.ts";
import { studyFindings, synthetic } from "./cells/study-findings.ts";
import { replicasOf, workersOf } from "./cells/trial-result.ts";
import { ablationSteps } from "./compare/ablation-steps.ts";
import { type ComparisonRequest, compareAll } from "./compare/compare.ts";
import { comparedMetrics, isDisruptedIn } from "./compare/estimands.ts";
import { trialGroups } from "./figures/trial-groups.ts";
import { type Results, readResults } from "./input/read.ts";
import { openVsClosedLoop } from "./models/open-vs-closed-loop.ts";
import { predictions } from "./models/predictions.ts";
import { scaling } from "./models/scaling.ts";
import { varianceComponents } from "./models/variance.ts";
import { objectivesOf } from "./objectives/objectives.ts";
import { planComplete } from "./plan/plan-complete.ts";
import { resolution } from "./plan/resolution.ts";
import { sparesDue } from "./plan/spare-blocks.ts";
import { recoveryOf } from "./recovery/recovery.ts";
import { type Analysis, analysisFile } from "./schema/analysis-result.ts";
import { schemaVersion } from "./schema/results-folder.ts";
import type { TrialResult } from "./schema/trial.ts";
import { saturates } from "./trial/saturation.ts";
import { stageCell } from "./trial/stages.ts";

/** @throws TestbedError (invalidResults) naming what is wrong with the folder */
export async function analyse(directory: string): Promise<Analysis> {
  const results = await readResults(directory);
  const { plan, manifest } = results;
  const measured: Reduced[] = [];
  for (const group of trialGroups(results.trials, ({ planned }) => planned)) {
    measured.push(...(await reduceGroup(results, group)));
  }
  const reduced = judgedTogether(measured, plan.study, manifest.model?.synthetic === true);
  const trials = plan.trials.map(({ id }) => reduced.get(id)!.result);
  const arms = armsOf(results, reduced);
  const recovery = recoveryOf(plan.study, arms);
  const complete =
    planComplete(plan, trials) && sparesDue(plan.study, results.spares, { trials, recovery }).length === 0;
  const comparisons = compareAll(comparisonRequests(results, arms), plan.study, complete);
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
    findings: studyFindings({ plan, manifest, trials, comparisons, recovery, complete }),
    comparisons,
    cells,
    ...(plan.study.objectives === undefined
      ? {}
      : { objectives: objectivesOf({ study: plan.study, arms, recovery, complete }) }),
    variance: arms
      .filter(({ arm }) => arm === "main")
      .flatMap((cell) => varianceComponents(cell, cell.trials, (id) => cell.kept.get(id)?.within)),
    scaling: scaling(
      arms.flatMap((of, index) =>
        of.arm === "main" && !isDisruptedIn(plan.study, of.scenario)
          ? [{ cell: cells[index]!, trials: of.trials, saturates: saturates(plan.study, of) }]
          : [],
      ),
      manifest,
      plan.study.alpha,
    ),
    models: modelCells(results, arms, cells).flatMap(predictions),
    twins: openVsClosedLoop(
      plan,
      trials,
      (variant) => workersOf(manifest, variant) * replicasOf(manifest, variant),
    ),
    recovery,
    ladder:
      plan.study.ladder === true ? ablationSteps(comparisons, plan.study.variants, plan.study.alpha) : [],
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
    failed: trials.filter(({ status }) => status === "failed").length,
    // A trial that was cut short must be run, like one that was never started.
    absent: trials.filter(({ status }) => status === "missing" || status === "partial").length,
    valid: valid.length,
    invalid: finished.length - valid.length,
    saturated: valid.filter(({ saturated }) => saturated).length,
  };
}
