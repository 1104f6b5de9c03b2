import type { Claim } from "../claim.ts";
import { lengths, requestsOf, steadinessOf } from "../overloads.ts";

export const steadyDoubted: Claim = {
  kind: "at most",
  prints: "a trial at a load of 0.8 called one that does not show that it is steady",
  by: "analyse, report, study",
  atATime: 200,
  sizes: lengths,
  simulate(queue, size, runs, first = 0) {
    let doubted = 0;
    for (let run = first; run < first + runs; run++) {
      const load = { requests: requestsOf[size], utilisation: 0.8 };
      if (steadinessOf(queue, load, `doubted/${run}`) === "open") doubted++;
    }
    return { stated: 0.05, held: doubted / runs, runs };
  },
};
