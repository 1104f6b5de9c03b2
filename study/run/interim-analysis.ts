/**
 * Analyses the run so far, with the code that will analyse the whole run: which blocks are invalid, and which spare
 * blocks are due. Each group of trials is read once, when its last trial is finished.
 */
import { armsOf } from "../../analysis/cells/arms.ts";
import { judgedTogether, type Reduced, reduceGroup } from "../../analysis/cells/reduced.ts";
import { absentTrial } from "../../analysis/cells/trial-result.ts";
import { trialGroups } from "../../analysis/figures/trial-groups.ts";
import { type PlannedResult, readResults } from "../../analysis/input/read.ts";
import { sparesDue } from "../../analysis/plan/spare-blocks.ts";
import { recoveryOf } from "../../analysis/recovery/recovery.ts";
import type { RecoveryResult } from "../../analysis/schema/recovery.ts";
import type { PlannedTrial } from "../../analysis/schema/results-folder.ts";
import type { TrialResult } from "../../analysis/schema/trial.ts";

export interface InterimAnalysis {
  /** Every trial of the study's blocks, and the spare ones that were started. */
  readonly trials: readonly TrialResult[];
  readonly recovery: RecoveryResult | null;
  /** Spare trials to run next. */
  readonly due: readonly PlannedTrial[];
}

/** @returns what reads the folder again, as often as it is asked */
export function interimAnalysis(directory: string): () => Promise<InterimAnalysis> {
  const known = new Map<string, readonly Reduced[]>();
  return async () => {
    const results = await readResults(directory);
    const { plan, manifest, spares } = results;
    const reduced: Reduced[] = [];
    for (const group of trialGroups(results.trials, ({ planned }) => planned)) {
      reduced.push(...(await reducedOnce(known, results, group)));
    }
    const judged = judgedTogether(reduced, plan.study, manifest.model?.synthetic === true);
    const trials = [...judged.values()].map(({ result }) => result);
    const recovery = recoveryOf(plan.study, armsOf(results, judged));
    return { trials, recovery, due: sparesDue(plan.study, spares, { trials, recovery }) };
  };
}

async function reducedOnce(
  known: Map<string, readonly Reduced[]>,
  results: Parameters<typeof reduceGroup>[0],
  group: readonly PlannedResult[],
): Promise<readonly Reduced[]> {
  // A group is judged as a whole: before its last trial there is nothing to say of it.
  if (group.some(({ record }) => record === undefined || record.status === "partial")) {
    return group.map(({ planned, record }) => ({ result: absentTrial(planned, record), kept: undefined }));
  }
  const key = group.map(({ record }) => `${record!.id} ${record!.samplesDigest}`).join();
  const found = known.get(key) ?? (await reduceGroup(results, group));
  known.set(key, found);
  return found;
}
