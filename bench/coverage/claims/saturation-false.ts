import { isSaturated, saturationAlpha } from "../../../analysis/trial/saturation.ts";
import type { Claim } from "../claim.ts";
import { runOf, streams } from "../queues.ts";
import { flightOfRun, requestsOf, trialSizes } from "../trials.ts";

/** Just below capacity, where it is hardest: the trial begins empty, and its queue grows towards a length that it has. */
export const saturationFalse: Claim = {
  kind: "at most",
  prints: "a trial at a load of 0.98 called saturated",
  by: "analyse, report, study",
  mostRuns: 300,
  sizes: trialSizes,
  simulate(queue, size, runs) {
    let called = 0;
    for (let run = 0; run < runs; run++) {
      const trial = runOf(queue, {
        requests: requestsOf[size],
        utilisation: 0.98,
        burnIn: 0,
        ...streams(`saturation/${run}`, `saturation/${run}`),
      });
      const load = {
        fromMs: 0,
        toMs: trial.endMs,
        ratePerSecond: trial.ratePerSecond,
        servers: queue.servers,
      };
      if (isSaturated(flightOfRun(trial), load)) called++;
    }
    return { stated: saturationAlpha, held: called / runs, runs };
  },
};
