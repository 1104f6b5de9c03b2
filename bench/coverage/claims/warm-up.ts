import { transientRequests } from "../../../analysis/trial/warm-up.ts";
import type { Claim, Size } from "../claim.ts";
import { runOf, streams } from "../queues.ts";
import { flightOfRun } from "../trials.ts";

const shapes: Readonly<Record<Size, { readonly requests: number; readonly utilisation: number }>> = {
  small: { requests: 300, utilisation: 0.6 },
  middle: { requests: 1000, utilisation: 0.6 },
  large: { requests: 1000, utilisation: 0.8 },
};

/** A burst at the beginning of a stationary queue, taken for a transient: it costs requests of all arms alike. */
export const warmUp: Claim = {
  kind: "at most",
  prints: "a stationary trial cut by MSER-5",
  by: "analyse, report, study",
  mostRuns: 300,
  sizes: { small: "300 requests, load 0.6", middle: "1,000, load 0.6", large: "1,000, load 0.8" },
  simulate(queue, size, runs) {
    let cut = 0;
    for (let run = 0; run < runs; run++) {
      const trial = runOf(queue, { ...shapes[size], ...streams(`warm-up/${run}`, `warm-up/${run}`) });
      const rows = { first: 0, last: trial.scheduledMs.length };
      if (transientRequests(trial, flightOfRun(trial), rows) > 0) cut++;
    }
    return { stated: 0.1, held: cut / runs, runs };
  },
};
