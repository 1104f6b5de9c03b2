import type { Claim } from "../claim.ts";
import { pairedSizes, pairedTruth, studiesSeen } from "../paired.ts";

export const ratio: Claim = {
  kind: "level",
  prints: "ratio of a comparison, Hodges-Lehmann with its Walsh interval",
  by: "analyse, report, study",
  studies: "with an effect",
  sizes: pairedSizes,
  simulate(queue, size, runs) {
    const truth = Math.exp(pairedTruth(queue, size).logRatio);
    const found = studiesSeen(queue, size, runs).map(({ ratio }) => ratio!);
    const held = found.filter(({ low, high }) => low <= truth && truth <= high).length;
    return { stated: found[0]!.level, held: held / runs, runs };
  },
};
