import type { Claim } from "../claim.ts";
import { effectHeld, pairedSizes, pairedTruth } from "../paired.ts";

export const shift: Claim = {
  kind: "level",
  prints: "difference of a comparison, in its unit",
  by: "analyse, report, study",
  studies: "with an effect",
  sizes: pairedSizes,
  simulate(queue, size, runs, first = 0) {
    const truth = pairedTruth(queue, size).shift;
    return effectHeld({ queue, size, runs, first }, truth, ({ shift }) => shift);
  },
};
