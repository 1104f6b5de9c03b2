import { pool } from "../../../analysis/cells/cells.ts";
import { sorted } from "../../../analysis/statistics/quantile.ts";
import { designEffect, shareInterval } from "../../../analysis/statistics/share-interval.ts";
import type { Claim, Size } from "../claim.ts";
import { deployed } from "../deployments.ts";
import type { Queue } from "../queues.ts";

const shapes: Readonly<
  Record<Size, { readonly trials: number; readonly requests: number; readonly late: number }>
> = {
  small: { trials: 8, requests: 200, late: 0.003 },
  middle: { trials: 10, requests: 400, late: 0.02 },
  large: { trials: 12, requests: 1000, late: 0.003 },
};

const known = new Map<string, { slo: number; truth: number }>();

function truthOf(queue: Queue, size: Size) {
  const key = `${queue.name}/${size}`;
  const found =
    known.get(key) ??
    (() => {
      const { requests, late } = shapes[size];
      const all = sorted(
        pool(
          Array.from({ length: Math.ceil(200_000 / requests) }, (_, index) =>
            deployed(queue, `slo/${index}`, requests),
          ),
        ),
      );
      const slo = all[Math.floor((1 - late) * all.length)]!;
      return { slo, truth: all.filter((time) => time <= slo).length / all.length };
    })();
  known.set(key, found);
  return found;
}

export const goodput: Claim = {
  kind: "at least",
  prints: "goodput of a cell",
  by: "analyse, report",
  sizes: {
    small: "8 trials of 200 requests, 0.3 % late",
    middle: "10 of 400, 2 % late",
    large: "12 of 1,000, 0.3 % late",
  },
  simulate(queue, size, runs, first = 0) {
    const { slo, truth } = truthOf(queue, size);
    const { trials, requests } = shapes[size];
    let held = 0;
    for (let run = first; run < first + runs; run++) {
      const responses = Array.from({ length: trials }, (_, trial) =>
        deployed(queue, `goodput/${run}/${trial}`, requests),
      );
      const shares = responses.map((times) => ({
        value: times.filter((time) => time <= slo).length / times.length,
        n: times.length,
      }));
      const found = shareInterval(shares, 0.05, designEffect(responses, pool(responses)))!;
      if (found.low <= truth && truth <= found.high) held++;
    }
    return { stated: 0.95, held: held / runs, runs };
  },
};
