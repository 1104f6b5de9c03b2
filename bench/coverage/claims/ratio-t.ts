import type { Claim } from "../claim.ts";
import { effectHeld, pairedSizes, pairedTruth } from "../paired.ts";

export const ratioT: Claim = {
  kind: "level",
  prints: "the same, t interval on logarithms",
  by: "analyse, report, study",
  studies: "with an effect",
  sizes: pairedSizes,
  simulate(queue, size, runs, first = 0) {
    const truth = Math.exp(pairedTruth(queue, size).logRatio);
    return effectHeld({ queue, size, runs, first }, truth, ({ ratioT }) => ratioT);
  },
};
