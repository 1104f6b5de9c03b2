import { isSaturated } from "../../../analysis/trial/saturation.ts";
import type { Claim, Size } from "../claim.ts";
import { runOf, streams } from "../queues.ts";
import { flightOfRun } from "../trials.ts";

const at: Readonly<Record<Size, { readonly utilisation: number; readonly requests: number }>> = {
  small: { utilisation: 1.5, requests: 400 },
  middle: { utilisation: 1.2, requests: 1500 },
  large: { utilisation: 1.1, requests: 6000 },
};

/** The other error of the same test: overload that it sees. */
export const overload: Claim = {
  kind: "at least",
  prints: "an overloaded trial called saturated",
  by: "analyse, report, study",
  mostRuns: 300,
  sizes: { small: "load 1.5, 400 requests", middle: "load 1.2, 1,500", large: "load 1.1, 6,000" },
  simulate(queue, size, runs) {
    let called = 0;
    for (let run = 0; run < runs; run++) {
      const trial = runOf(queue, { ...at[size], burnIn: 0, ...streams(`over/${run}`, `over/${run}`) });
      const load = {
        fromMs: 0,
        toMs: trial.endMs,
        ratePerSecond: trial.ratePerSecond,
        servers: queue.servers,
      };
      if (isSaturated(flightOfRun(trial), load)) called++;
    }
    return { stated: 0.95, held: called / runs, runs };
  },
};
