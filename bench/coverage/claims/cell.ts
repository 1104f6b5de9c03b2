import { quantile, sorted } from "../../../analysis/statistics/quantile.ts";
import { exponentiated, tInterval } from "../../../analysis/statistics/student.ts";
import type { Claim, Size } from "../claim.ts";
import { deployed } from "../deployments.ts";
import { pseudoMedianOfMany } from "../pseudo-median.ts";
import type { Queue } from "../queues.ts";
import { remembered } from "../remembered.ts";

const shapes: Readonly<Record<Size, { readonly trials: number; readonly requests: number }>> = {
  small: { trials: 6, requests: 60 },
  middle: { trials: 8, requests: 200 },
  large: { trials: 12, requests: 400 },
};

const truth = remembered<number>();

function logMedian(queue: Queue, key: string, requests: number): number {
  return Math.log(quantile(sorted(deployed(queue, key, requests)), 0.5));
}

/** Of a typical trial: over 6,000 fresh deployments. */
function truthOf(queue: Queue, requests: number): number {
  return truth(`${queue.name}/${requests}`, () =>
    pseudoMedianOfMany(
      Array.from({ length: 6000 }, (_, index) => logMedian(queue, `cell-truth/${index}`, requests)),
    ),
  );
}

export const cell: Claim = {
  kind: "level",
  prints: "a value of a cell, geometric mean over trials: p50",
  by: "analyse, report",
  sizes: { small: "6 trials of 60 requests", middle: "8 of 200", large: "12 of 400" },
  simulate(queue, size, runs, first = 0) {
    const { trials, requests } = shapes[size];
    const expected = truthOf(queue, requests);
    let held = 0;
    for (let run = first; run < first + runs; run++) {
      const logs = Array.from({ length: trials }, (_, trial) =>
        logMedian(queue, `cell/${run}/${trial}`, requests),
      );
      const { low, high } = exponentiated(tInterval(logs, 0.05))!;
      if (Math.log(low) <= expected && expected <= Math.log(high)) held++;
    }
    return { stated: 0.95, held: held / runs, runs };
  },
};
