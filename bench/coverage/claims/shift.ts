import type { Claim } from "../claim.ts";
import { pairedSizes, pairedTruth, studiesSeen } from "../paired.ts";

export const shift: Claim = {
  kind: "level",
  prints: "difference of a comparison, in its unit",
  by: "analyse, report, study",
  studies: "with an effect",
  sizes: pairedSizes,
  simulate(queue, size, runs) {
    const truth = pairedTruth(queue, size).shift;
    const found = studiesSeen(queue, size, runs).map(({ shift }) => shift!);
    const held = found.filter(({ low, high }) => low <= truth && truth <= high).length;
    return { stated: found[0]!.level, held: held / runs, runs };
  },
};
