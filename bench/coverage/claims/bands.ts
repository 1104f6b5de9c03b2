import { percentileBands } from "../../../analysis/cells/percentile-bands.ts";
import { quantile, sorted } from "../../../analysis/statistics/quantile.ts";
import type { Claim, Size } from "../claim.ts";
import { deployed } from "../deployments.ts";
import type { Queue } from "../queues.ts";
import { remembered } from "../remembered.ts";

const p = 0.99;
const shapes: Readonly<Record<Size, { readonly trials: number; readonly requests: number }>> = {
  small: { trials: 6, requests: 700 },
  middle: { trials: 8, requests: 700 },
  large: { trials: 10, requests: 1000 },
};

const truth = remembered<number>();

/** The p99 of a typical deployment: the median over fresh ones, of 20 for each run held against it, 2,500 at most. */
function truthOf(queue: Queue, requests: number, runs: number): number {
  const drawn = Math.min(2500, 20 * runs);
  return truth(`${queue.name}/${requests}/${drawn}`, () =>
    quantile(
      sorted(
        Float64Array.from({ length: drawn }, (_, index) =>
          quantile(sorted(deployed(queue, `band/${index}`, requests)), p),
        ),
      ),
      0.5,
    ),
  );
}

export const bands: Claim = {
  kind: "level",
  prints: "band of a percentile curve at p99",
  by: "report",
  atATime: 250,
  sizes: { small: "6 trials of 700 requests", middle: "8 of 700", large: "10 of 1,000" },
  simulate(queue, size, runs, first = 0) {
    const { trials, requests } = shapes[size];
    const expected = truthOf(queue, requests, runs);
    let stated = 0;
    let held = 0;
    for (let run = first; run < first + runs; run++) {
      const times = Array.from({ length: trials }, (_, trial) =>
        sorted(deployed(queue, `bands/${run}/${trial}`, requests)),
      );
      const [band] = percentileBands(times, [p], 0.05);
      stated = band!.level;
      if (band!.low <= expected && expected <= band!.high) held++;
    }
    return { stated, held: held / runs, runs };
  },
};
