import type { Claim } from "../claim.ts";
import { lengths, requestsOf, steadinessOf } from "../overloads.ts";

/** Neither called saturated nor left open. */
export const steadyMissed: Claim = {
  kind: "rate",
  prints: "a trial at a load of 1.05 taken for a steady one without a word",
  by: "analyse, report, study",
  atATime: 200,
  sizes: lengths,
  simulate(queue, size, runs, first = 0) {
    let missed = 0;
    for (let run = first; run < first + runs; run++) {
      const load = { requests: requestsOf[size], utilisation: 1.05 };
      if (steadinessOf(queue, load, `missed/${run}`) === "steady") missed++;
    }
    return { stated: 0, held: missed / runs, runs };
  },
};
