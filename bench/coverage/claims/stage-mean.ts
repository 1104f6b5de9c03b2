import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { mean } from "../../../analysis/statistics/moments.ts";
import { type StageArm, stageCell, stageParts } from "../../../analysis/trial/stages.ts";
import type { Claim, Size } from "../claim.ts";
import { deployed } from "../deployments.ts";
import { pseudoMedianOfMany } from "../pseudo-median.ts";
import type { Queue } from "../queues.ts";
import { remembered } from "../remembered.ts";

const shapes: Readonly<Record<Size, { readonly trials: number; readonly requests: number }>> = {
  small: { trials: 6, requests: 200 },
  middle: { trials: 8, requests: 400 },
  large: { trials: 12, requests: 1000 },
};

const truth = remembered<number>();

/** Of a typical trial: over fresh deployments, of 1.6 million requests together. */
function truthOf(queue: Queue, requests: number): number {
  return truth(`${queue.name}/${requests}`, () =>
    pseudoMedianOfMany(
      Array.from({ length: Math.round(1_600_000 / requests) }, (_, index) =>
        mean(deployed(queue, `stage-truth/${index}`, requests)),
      ),
    ),
  );
}

/** Of the response itself, which its parts add up to: what waits in it varies more than any other part. */
export const stageMean: Claim = {
  kind: "level",
  prints: "mean of a stage over trials",
  by: "analyse, report",
  sizes: { small: "6 trials of 200 requests", middle: "8 of 400", large: "12 of 1,000" },
  simulate(queue, size, runs, first = 0) {
    const { trials, requests } = shapes[size];
    const expected = truthOf(queue, requests);
    let held = 0;
    for (let run = first; run < first + runs; run++) {
      const told = Array.from({ length: trials }, (_, trial): StageArm["trials"][number] => {
        const value = mean(deployed(queue, `stage/${run}/${trial}`, requests));
        return {
          result: { valid: true, saturated: false } as TrialResult,
          stages: {
            told: requests,
            silent: 0,
            runTexts: 1,
            parts: Object.fromEntries(
              stageParts.map((part) => [part, { mean: value, p50: value, p99: value }]),
            ),
          },
        };
      });
      const [found] = stageCell({ variant: "simulated", arm: "main", scenario: "s", trials: told }, 0.05);
      const { low, high } = found!.parts.find(({ part }) => part === "response")!.mean!;
      if (low <= expected && expected <= high) held++;
    }
    return { stated: 0.95, held: held / runs, runs };
  },
};
