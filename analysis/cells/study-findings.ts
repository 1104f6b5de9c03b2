/** Findings that qualify the study as a whole. */

import { primaryOf } from "../compare/estimands.ts";
import type { Finding } from "../figures/figures.ts";
import { counted } from "../figures/format.ts";
import { groupedBy } from "../figures/trial-groups.ts";
import { type InvalidGroup, invalidGroups } from "../plan/invalid-groups.ts";
import { resolution } from "../plan/resolution.ts";
import { isSpare, sparesNeeded } from "../plan/spare-blocks.ts";
import type { Comparison } from "../schema/comparison.ts";
import type { RecoveryResult } from "../schema/recovery.ts";
import type { ManifestFile, PlanFile } from "../schema/results-folder.ts";
import type { TrialResult } from "../schema/trial.ts";
import { steadyCode } from "../trial/saturation.ts";
import { uncheckedFindings } from "./quality-findings.ts";

/** Of a run whose own blocks are done, and whose spare ones are not. */
export const sparesDueCode = "spare-blocks-due";

/** What is synthetic, one phrase each. */
export function synthetic({ model, payload }: ManifestFile): string[] {
  return [
    ...(model?.simulated === true
      ? ["the service: a simulated queue with a known law, so its times and labels are no model's"]
      : []),
    ...(model?.synthetic === true && model.simulated !== true
      ? [`the weights of model ${model.name}: its labels mean nothing, its timing does`]
      : []),
    ...payload.filter((set) => set.synthetic).map(({ name }) => `the texts of payload ${name}`),
  ];
}

export function studyFindings({
  plan,
  manifest,
  trials,
  comparisons,
  recovery,
  complete,
}: {
  plan: PlanFile;
  manifest: ManifestFile;
  trials: readonly TrialResult[];
  comparisons: readonly Comparison[];
  recovery: RecoveryResult | null;
  /** Nothing of the plan is left to do, spare blocks that are due among it. */
  complete: boolean;
}): Finding[] {
  const reach = resolution(plan.study);
  const planned = counted(trials.length, "trial");
  const unfinished = trials.filter(({ status }) => status === "partial" || status === "missing").length;
  const failed = trials.filter(({ status }) => status === "failed").length;
  const invalid = trials.filter(({ status, valid }) => status === "finished" && !valid).length;
  const list: Finding[] = [];
  const add = (severity: Finding["severity"], code: string, message: string, advice: string) =>
    list.push({ severity, code, message, advice });
  if (!reach.reachesAlpha) {
    add(
      "warning",
      "too-few-blocks",
      reach.sentence,
      "Run more blocks, or compare fewer variants, scenarios or metrics.",
    );
  }
  if (unfinished > 0) {
    add(
      "warning",
      "unfinished",
      `${unfinished} of ${planned} not finished: no verdict until they are`,
      "Continue with --resume.",
    );
  }
  list.push(...spareFindings(plan.study, { trials, recovery }, complete || unfinished > 0));
  if (failed > 0) add("warning", "failed-trials", `${failed} of ${planned} failed`, "Their errors say why.");
  if (invalid > 0) {
    add(
      "warning",
      "invalid-trials",
      `${invalid} of ${planned} failed a validity gate: excluded from the tables`,
      `The validity table says which gate, and what to try.${againText(invalidGroups({ trials, recovery }))}`,
    );
  }
  list.push(...openFindings(trials));
  const isControl = ({ role, metric, scenario }: Comparison) =>
    role === "aa" && metric === primaryOf(plan.study, scenario);
  const injections = recovery?.injections ?? [];
  const excluded = injections.filter((injection) => injection.excluded !== "").length;
  if (excluded > 0) {
    add(
      "warning",
      "excluded-injections",
      `${excluded} of ${counted(injections.length, "injection")} are excluded from the figures`,
      "The notes of the recovery section say why; longer slots leave more time to recover.",
    );
  }
  list.push(...uncheckedFindings(manifest, plan.study.variants));
  const alarms = comparisons.filter(
    (row) => isControl(row) && (row.verdict === "faster" || row.verdict === "slower"),
  );
  if (alarms.length > 0) {
    const rows = comparisons.filter(isControl).length;
    add(
      "warning",
      "aa-alarm",
      `the baseline differs from itself on ${[...new Set(alarms.map(({ metric }) => metric))].join(" and ")} in ${alarms.length} of ${counted(rows, "scenario")}` +
        `; at alpha ${plan.study.alpha} ${(plan.study.alpha * rows).toFixed(2)} such scenarios are expected by chance`,
      "Something other than the variant changes between deployments: check the order, the machine's load and its clock rate.",
    );
  }
  for (const note of manifest.notes) add("note", "threat", note, "");
  return list;
}

/** By variant and scenario: trials too short to tell whether the load is below the capacity. */
function openFindings(trials: readonly TrialResult[]): Finding[] {
  return groupedBy(trials, ({ variant, scenario }) => `${variant} under ${scenario}`).flatMap(
    (of): Finding[] => {
      const open = of.filter(
        ({ valid, findings }) => valid && findings.some(({ code }) => code === steadyCode),
      );
      if (open.length === 0) return [];
      const { variant, scenario } = of[0]!;
      return [
        {
          severity: "warning",
          code: steadyCode,
          message:
            `steady not shown in ${open.length} of ${counted(of.length, "trial")} of ${variant} under ${scenario}: the load may be ` +
            "the capacity or more, and these trials are too short to tell",
          advice:
            "Longer trials, or a lower rate: response times at or above the capacity depend on the length of the trial.",
        },
      ];
    },
  );
}

/** @param settled false where spare blocks are due and nothing else is left to do */
function spareFindings(
  study: PlanFile["study"],
  judged: { trials: readonly TrialResult[]; recovery: RecoveryResult | null },
  settled: boolean,
): Finding[] {
  const list: Finding[] = [];
  const spare = new Set(judged.trials.filter((trial) => isSpare(trial, study)).map(({ block }) => block));
  if (spare.size > 0) {
    list.push({
      severity: "note",
      code: "spare-blocks",
      message:
        `${spare.size} of ${counted(study.spareBlocks ?? 0, "spare block")} were run, as planned, to replace blocks made invalid by ` +
        "the generator or the machine",
      advice: "",
    });
  }
  if (!settled) {
    list.push({
      severity: "warning",
      code: sparesDueCode,
      message:
        "spare blocks must replace the blocks made invalid by the generator or the machine: no verdict until they have run",
      advice: "Continue with --resume.",
    });
  }
  for (const { scenario, invalid, short } of sparesNeeded(study, judged)) {
    if (short === 0 || study.spareBlocks === undefined) continue;
    list.push({
      severity: "warning",
      code: "spare-blocks-used-up",
      message: `under ${scenario} ${counted(invalid, "block")} were invalid, ${short} more than the spare blocks can replace`,
      advice: "Use a quieter machine, or more spareBlocks.",
    });
  }
  return list;
}

function againText(groups: readonly InvalidGroup[]): string {
  const trials = groups.flatMap((group) => group.trials).length;
  return trials === 0
    ? ""
    : ` --resume --redo-invalid measures ${counted(trials, "trial")} again: every trial of a block and scenario that has an invalid one.`;
}
