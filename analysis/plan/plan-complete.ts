/**
 * Whether a run has finished its plan. Before that there is no verdict: read after each of the blocks 6 to 12, a test
 * of 4.8 % raises a false alarm in 12 of 100 runs, because each look is another chance of one.
 */
import type { PlanFile } from "../schema/results-folder.ts";
import type { TrialResult } from "../schema/trial.ts";

/** One that failed has been done, and counts against its service; one that was cut short is left to do. */
export function planComplete(
  plan: Pick<PlanFile, "trials">,
  trials: readonly Pick<TrialResult, "id" | "status">[],
): boolean {
  const done = new Set(
    trials.filter(({ status }) => status === "finished" || status === "failed").map(({ id }) => id),
  );
  return plan.trials.every(({ id }) => done.has(id));
}
