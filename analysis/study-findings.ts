/** What qualifies the study as a whole. */

import { primaryOf } from "./estimands.ts";
import type { ManifestFile, PlanFile } from "./folder.ts";
import { type InvalidGroup, invalidGroups } from "./invalid-groups.ts";
import { uncheckedFindings } from "./quality-findings.ts";
import type { RecoveryResult } from "./recovery/result.ts";
import { resolution } from "./resolution.ts";
import type { Comparison } from "./result/comparison.ts";
import type { Finding } from "./result/figures.ts";
import type { TrialResult } from "./result/trial.ts";
import { counted } from "./words.ts";

/** What is synthetic, one phrase each. */
export function synthetic({ model, payload }: ManifestFile): string[] {
  return [
    ...(model.simulated === true
      ? ["the service: queues of known laws, whose times and labels are no model's"]
      : []),
    ...(model.synthetic && model.simulated !== true
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
}: {
  plan: PlanFile;
  manifest: ManifestFile;
  trials: readonly TrialResult[];
  comparisons: readonly Comparison[];
  recovery: RecoveryResult | null;
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
    add("warning", "too-few-blocks", reach.sentence, "Raise blocks, or compare less.");
  }
  if (unfinished > 0) {
    add(
      "warning",
      "unfinished",
      `${unfinished} of ${planned} not run to the end: no verdict before that`,
      "Continue with --resume.",
    );
  }
  if (failed > 0) add("warning", "failed-trials", `${failed} of ${planned} failed`, "Their errors say why.");
  if (invalid > 0) {
    add(
      "warning",
      "invalid-trials",
      `${invalid} of ${planned} failed a validity gate and left the tables`,
      `The validity table says which gate, and what to try.${againText(invalidGroups({ trials, recovery }))}`,
    );
  }
  const isControl = ({ role, metric, scenario }: Comparison) =>
    role === "aa" && metric === primaryOf(plan.study, scenario);
  const injections = recovery?.injections ?? [];
  const excluded = injections.filter((injection) => injection.excluded !== "").length;
  if (excluded > 0) {
    add(
      "warning",
      "excluded-injections",
      `${excluded} of ${counted(injections.length, "injection")} are in no figure`,
      "The recovery's notes say why; longer slots leave more time to recover.",
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
        `; at alpha ${plan.study.alpha} chance does so in ${(plan.study.alpha * rows).toFixed(2)} on average`,
      "Something besides the variant changes between deployments: look at the order, the machine's load, its clock rate.",
    );
  }
  for (const note of manifest.notes) add("note", "threat", note, "");
  return list;
}

function againText(groups: readonly InvalidGroup[]): string {
  const trials = groups.flatMap((group) => group.trials).length;
  return trials === 0
    ? ""
    : ` --resume --redo-invalid measures ${counted(trials, "trial")} again: all of a block and scenario in which one failed.`;
}
