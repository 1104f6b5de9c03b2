import type { Claim } from "../claim.ts";
import { effectHeld, pairedSizes, pairedTruth } from "../paired.ts";

export const ratio: Claim = {
  kind: "level",
  prints: "ratio of a comparison, Hodges-Lehmann with its Walsh interval",
  by: "analyse, report, study",
  studies: "with an effect",
  sizes: pairedSizes,
  simulate(queue, size, runs, first = 0) {
    const truth = Math.exp(pairedTruth(queue, size).logRatio);
    return effectHeld({ queue, size, runs, first }, truth, ({ ratio }) => ratio);
  },
};
