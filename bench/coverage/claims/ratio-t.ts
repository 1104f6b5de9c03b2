import type { Claim } from "../claim.ts";
import { pairedSizes, pairedTruth, studiesSeen } from "../paired.ts";

export const ratioT: Claim = {
  kind: "level",
  prints: "the same, t interval on logarithms",
  by: "analyse, report, study",
  studies: "with an effect",
  sizes: pairedSizes,
  simulate(queue, size, runs) {
    const truth = Math.exp(pairedTruth(queue, size).logRatio);
    const found = studiesSeen(queue, size, runs).map(({ ratioT }) => ratioT!);
    const held = found.filter(({ low, high }) => low <= truth && truth <= high).length;
    return { stated: found[0]!.level, held: held / runs, runs };
  },
};
