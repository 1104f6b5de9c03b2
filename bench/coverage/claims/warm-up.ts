import { transientRequests } from "../../../analysis/trial/warm-up.ts";
import type { Claim, Size } from "../claim.ts";
import { runOf, streams } from "../queues.ts";
import { flightOfRun } from "../trials.ts";

const shapes: Readonly<Record<Size, { readonly requests: number; readonly utilisation: number }>> = {
  small: { requests: 1000, utilisation: 0.3 },
  middle: { requests: 1000, utilisation: 0.6 },
  large: { requests: 1000, utilisation: 0.9 },
};

/** A burst at the beginning of a stationary queue, taken for a transient: it costs requests of all arms alike. Nothing is stated. */
export const warmUp: Claim = {
  kind: "rate",
  prints: "a stationary trial cut by MSER-5",
  by: "analyse, report, study",
  sizes: { small: "1,000 requests, load 0.3", middle: "load 0.6", large: "load 0.9" },
  simulate(queue, size, runs, first = 0) {
    let cut = 0;
    for (let run = first; run < first + runs; run++) {
      const trial = runOf(queue, { ...shapes[size], ...streams(`warm-up/${run}`, `warm-up/${run}`) });
      const rows = { first: 0, last: trial.scheduledMs.length };
      if (transientRequests(trial, flightOfRun(trial), rows) > 0) cut++;
    }
    return { stated: 0, held: cut / runs, runs };
  },
};
