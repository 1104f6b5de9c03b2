/**
 * The line that a run prints about blocks made invalid by the generator or the machine, and the time that replacing
 * them takes.
 */

import { counted } from "../../analysis/figures/format.ts";
import { groupedBy } from "../../analysis/figures/trial-groups.ts";
import type { InvalidGroup } from "../../analysis/plan/invalid-groups.ts";
import { replaceableGroups, sparesNeeded } from "../../analysis/plan/spare-blocks.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { duration } from "../terminal/progress.ts";
import type { InterimAnalysis } from "./interim-analysis.ts";

type Judged = Pick<InterimAnalysis, "trials" | "recovery">;

/**
 * @param secondsPerTrial as seen last
 * @returns empty where no block is invalid
 */
export function invalidBlocksText(study: StudySpec, judged: Judged, secondsPerTrial: number): string {
  const invalid = replaceableGroups(judged);
  if (invalid.length === 0) return "";
  const lost = groupedBy(invalid, ({ scenario }) => scenario).map(
    (of) => `${counted(of.length, "block")} under ${of[0]!.scenario} (${gatesOf(of)})`,
  );
  return `Invalid blocks so far: ${lost.join(", ")}. ${costText(study, judged, invalid, secondsPerTrial)}`;
}

function costText(
  study: StudySpec,
  judged: Judged,
  invalid: readonly InvalidGroup[],
  secondsPerTrial: number,
): string {
  const time = (trials: number) => `about ${duration(trials * secondsPerTrial * 1000)}`;
  if ((study.spareBlocks ?? 0) === 0) {
    const trials = invalid.flatMap((group) => group.trials).length;
    return `No spare blocks are planned; --resume --redo-invalid would take ${time(trials)}`;
  }
  const needed = sparesNeeded(study, judged);
  const services = study.variants.length + (study.aa ? 2 : 1);
  const blocks = Math.max(...needed.map(({ spare }) => spare));
  const trials = services * needed.reduce((sum, { spare }) => sum + spare, 0);
  const short = needed.filter((one) => one.short > 0).map(({ scenario }) => scenario);
  return (
    `${counted(blocks, "spare block")} will replace them, ${time(trials)} in all` +
    (short.length === 0 ? "" : `; no more spare blocks are left for ${short.join(" and ")}`)
  );
}

function gatesOf(groups: readonly InvalidGroup[]): string {
  return [...new Set(groups.flatMap(({ gates }) => gates))].sort().join(", ");
}
