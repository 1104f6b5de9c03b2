/** Refuses a study that cannot reach its own alpha, or warns of it, as the study says: before its cost, not after. */

import { resolution } from "../../analysis/plan/resolution.ts";
import { isSpare } from "../../analysis/plan/spare-blocks.ts";
import type { PlanFile } from "../../analysis/schema/results-folder.ts";
import { TestbedError } from "../../errors/errors.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { shortProblems, shortSchedules, shortSentences } from "./sample-size-check.ts";

/** Refuses, or warns, before anything is provisioned, where the design cannot reach its own alpha. */
export function checkResolution(study: StudySpec, say: (line: string) => void): void {
  const reach = resolution(study);
  if (reach.reachesAlpha) return;
  if (study.underpowered === "refuse") {
    throw new TestbedError("badInput", `study ${study.name} cannot reach its own alpha: ${reach.sentence}`, {
      problems: [{ path: "blocks", expected: "more blocks or fewer comparisons", got: String(study.blocks) }],
      hint: 'Set underpowered: "warn" to run it anyway, without verdicts.',
    });
  }
  say(`Too short for verdicts: ${reach.sentence}`);
}

/** Refuses, or warns, before the first trial, where schedules at this capacity, or at stated rates, are too short for the primary metric. */
export function checkSchedules(
  plan: PlanFile,
  capacityPerSecond: number | undefined,
  say: (line: string) => void,
): void {
  const { study } = plan;
  const trials = plan.trials.filter((trial) => !isSpare(trial, study));
  const short = shortSchedules({ study, trials }, capacityPerSecond);
  const problems = shortProblems(study, short);
  if (problems.length > 0 && study.underpowered === "refuse") {
    const seconds = Math.max(...short.map(({ enoughSeconds }) => enoughSeconds ?? 0));
    throw new TestbedError(
      "badInput",
      `at ${capacityPerSecond === undefined ? "the stated rates" : `${capacityPerSecond.toFixed(1)}/s of capacity`} study ${study.name} cannot reach its own alpha`,
      {
        problems,
        hint: `No load was sent. Longer trials (--seconds ${seconds}) have enough requests, or set underpowered: "warn".`,
      },
    );
  }
  for (const sentence of shortSentences(study, short)) say(sentence);
}
