import type { Claim } from "../claim.ts";
import { isBroken, windowSizes } from "../windows.ts";

/** Ten requests on average at 50/s; in bursts an outage may meet next to none, and then there was nothing to break. */
const fewestHit = 5;

export const outageSeen: Claim = {
  kind: "at least",
  prints: "an outage of 200 ms that five requests or more met, called broken",
  by: "analyse, report",
  sizes: windowSizes,
  simulate(queue, size, runs, first = 0) {
    let seen = 0;
    let all = 0;
    for (let run = first; run < first + runs; run++) {
      const { broken, hit } = isBroken(queue, size, `outage/${run}`, 200);
      if (hit < fewestHit) continue;
      all++;
      if (broken) seen++;
    }
    return { stated: 0.95, held: seen / all, runs: all };
  },
};
