import type { Claim } from "../claim.ts";
import { effect, pairedSizes, studyRow, trueLogRatio } from "../paired.ts";

export const ratioT: Claim = {
  kind: "level",
  prints: "ratio of a comparison, t interval on logarithms",
  by: "analyse, report",
  sizes: pairedSizes,
  simulate(queue, size, runs) {
    const truth = trueLogRatio(queue, size);
    let held = 0;
    for (let run = 0; run < runs; run++) {
      const { ratioT: found } = studyRow(queue, size, effect, `ratio/${run}`);
      if (Math.log(found!.low) <= truth && truth <= Math.log(found!.high)) held++;
    }
    return { stated: 0.95, held: held / runs, runs };
  },
};
