/**
 * Spare blocks: declared in the plan, and run only to replace blocks that the measurement made invalid. The rule is fixed
 * before the first request:
 *
 *   replaceable   a block's trials of one scenario, at least one of which failed a gate of the generator or the machine, none
 *                 failed a gate of another side, and all of which ended
 *   due           once all of the study's blocks are run: for each scenario as many spare blocks as it has replaceable ones,
 *                 spares included, as far as there are any; each holds all variants, in an order of its own
 *
 * The rule uses no compared value, and does not change which trials of an invalid block are excluded: a spare block adds pairs
 * and removes none. docs/statistics.md states the effect on alpha.
 */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { groupedBy } from "../figures/trial-groups.ts";
import type { RecoveryResult } from "../schema/recovery.ts";
import type { PlannedTrial } from "../schema/results-folder.ts";
import type { Side, TrialResult } from "../schema/trial.ts";
import { type InvalidGroup, invalidGroups } from "./invalid-groups.ts";

const replaceable: ReadonlySet<Side> = new Set(["generator", "machine"]);

export function isSpare({ block }: Pick<PlannedTrial, "block">, study: Pick<StudySpec, "blocks">): boolean {
  return block >= study.blocks;
}

interface Judged {
  readonly trials: readonly TrialResult[];
  readonly recovery: RecoveryResult | null;
}

/** Each group: the trials of one block and scenario. */
export function replaceableGroups(judged: Judged): InvalidGroup[] {
  return invalidGroups(judged).filter(({ sides }) => sides.every((side) => replaceable.has(side)));
}

/**
 * @param spares all spare trials of the plan
 * @param judged those of the study's blocks, and the spare ones that have a record
 * @returns the spare trials to run next, of one block or of several started ones; none before the study's blocks are run
 */
export function sparesDue(
  study: Pick<StudySpec, "blocks" | "scenarios">,
  spares: readonly PlannedTrial[],
  judged: Judged,
): PlannedTrial[] {
  const settled = new Set(judged.trials.filter(({ status }) => isSettled(status)).map(({ id }) => id));
  const begun = new Set(judged.trials.map(({ id }) => id));
  if (judged.trials.some((trial) => !isSpare(trial, study) && !settled.has(trial.id))) return [];
  const groups = replaceableGroups(judged);
  return study.scenarios.flatMap(({ name }) => {
    const blocks = groupedBy(
      spares.filter(({ scenario }) => scenario === name),
      ({ block }) => String(block),
    );
    const used = blocks.filter((block) => block.some(({ id }) => begun.has(id)));
    const unfinished = used.flat().filter(({ id }) => !settled.has(id));
    if (unfinished.length > 0) return unfinished;
    const lost = groups.filter(({ scenario }) => scenario === name).length;
    return lost > used.length ? (blocks[used.length] ?? []) : [];
  });
}

/** Spare blocks that are due for a scenario by what is known so far, before or after the study's own are all run. */
export function sparesNeeded(
  study: Pick<StudySpec, "blocks" | "spareBlocks" | "scenarios">,
  judged: Judged,
): { readonly scenario: string; readonly invalid: number; readonly spare: number; readonly short: number }[] {
  const most = study.spareBlocks ?? 0;
  const groups = replaceableGroups(judged);
  return study.scenarios.flatMap(({ name: scenario }) => {
    const lost = groups.filter((group) => group.scenario === scenario).length;
    const spare = Math.min(lost, most);
    return lost === 0 ? [] : [{ scenario, invalid: lost, spare, short: lost - spare }];
  });
}

function isSettled(status: TrialResult["status"]): boolean {
  return status === "finished" || status === "failed";
}
