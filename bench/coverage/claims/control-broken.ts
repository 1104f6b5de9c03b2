import type { Claim } from "../claim.ts";
import { isBroken, windowSizes } from "../windows.ts";

export const controlBroken: Claim = {
  kind: "at most",
  prints: "the service level of an undisturbed 25 s called broken, 2 % of the requests late",
  by: "analyse, report",
  sizes: windowSizes,
  simulate(queue, size, runs, first = 0) {
    let broken = 0;
    for (let run = first; run < first + runs; run++)
      if (isBroken(queue, size, `control/${run}`).broken) broken++;
    return { stated: 0.02, held: broken / runs, runs };
  },
};
