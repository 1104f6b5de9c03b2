import type { Claim } from "../claim.ts";
import { effect, pairedSizes, studyRow, trueLogRatio } from "../paired.ts";

/** The Walsh interval of a paired ratio, at the level that it prints. */
export const ratio: Claim = {
  kind: "level",
  prints: "ratio of a comparison, Hodges-Lehmann with its Walsh interval",
  by: "analyse, report, study",
  sizes: pairedSizes,
  simulate(queue, size, runs) {
    const truth = trueLogRatio(queue, size);
    let stated = 0;
    let held = 0;
    for (let run = 0; run < runs; run++) {
      const { ratio: found } = studyRow(queue, size, effect, `ratio/${run}`);
      stated = found!.level;
      if (Math.log(found!.low) <= truth && truth <= Math.log(found!.high)) held++;
    }
    return { stated, held: held / runs, runs };
  },
};
