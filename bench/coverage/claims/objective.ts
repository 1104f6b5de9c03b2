import { judged, medianInterval } from "../../../analysis/objectives/judge.ts";
import { quantile, sorted } from "../../../analysis/statistics/quantile.ts";
import type { Claim, Size } from "../claim.ts";
import { deployed } from "../deployments.ts";
import type { Queue } from "../queues.ts";
import { remembered } from "../remembered.ts";

interface Shape {
  readonly trials: number;
  readonly requests: number;
  readonly p: number;
}

const shapes: Readonly<Record<Size, Shape>> = {
  small: { trials: 6, requests: 60, p: 0.5 },
  middle: { trials: 8, requests: 200, p: 0.95 },
  large: { trials: 10, requests: 1000, p: 0.99 },
};
const confidence = 0.95;

const truth = remembered<number>();

function quantileOf(queue: Queue, key: string, { requests, p }: Shape): number {
  return quantile(sorted(deployed(queue, key, requests)), p);
}

/** Of the median trial: over 4,000 fresh deployments. */
function truthOf(queue: Queue, shape: Shape): number {
  return truth(`${queue.name}/${shape.requests}`, () =>
    quantile(
      sorted(
        Float64Array.from({ length: 4000 }, (_, index) =>
          quantileOf(queue, `objective-truth/${index}`, shape),
        ),
      ),
      0.5,
    ),
  );
}

/** How often that is said with the limit just on the other side of the true value. */
function saidOf(said: "met" | "missed"): Claim {
  return {
    kind: "at most",
    prints: `an objective on a percentile judged ${said} though it is not`,
    by: "study, analyse",
    studies: "objective",
    sizes: {
      small: "p50 of 6 trials of 60 requests",
      middle: "p95 of 8 of 200",
      large: "p99 of 10 of 1,000",
    },
    simulate(queue, size, runs, first = 0) {
      const shape = shapes[size];
      const limit = truthOf(queue, shape);
      let wrong = 0;
      for (let run = first; run < first + runs; run++) {
        const values = Array.from({ length: shape.trials }, (_, trial) =>
          quantileOf(queue, `objective/${run}/${trial}`, shape),
        );
        if (judged({ direction: "at most", limit }, medianInterval(values, confidence)!) === said) wrong++;
      }
      return { stated: 1 - confidence, held: wrong / runs, runs };
    },
  };
}

export const objectiveMet = saidOf("met");
export const objectiveMissed = saidOf("missed");
