/** What the plan is too small to show of its objectives, before its cost and not after. */
import { counted, percent } from "../../analysis/figures/format.ts";
import { injectionsNeeded, valuesNeeded } from "../../analysis/objectives/judge.ts";
import { subjectOf } from "../../analysis/objectives/subject.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";

/** One sentence for each objective that this many blocks cannot show to be met, whatever is measured. */
export function objectiveSentences({ objectives = [], blocks }: StudySpec): string[] {
  return objectives.flatMap(({ metric, confidence, injectionShare }, index) => {
    const needed =
      injectionShare === undefined ? valuesNeeded(confidence) : injectionsNeeded(injectionShare, confidence);
    if (blocks >= needed || isShare(metric)) return [];
    return [
      `objectives[${index}] (${metric}) cannot be shown to be met by ${counted(blocks, "block")}: with ` +
        `${percent(confidence)} confidence it takes ${needed}.`,
    ];
  });
}

/** Requests say how sure a share of them is: two trials have an interval. */
function isShare(metric: string): boolean {
  return subjectOf(metric)?.metric.unit === "share";
}
