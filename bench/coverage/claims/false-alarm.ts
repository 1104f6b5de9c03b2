import type { Claim } from "../claim.ts";
import { pairedSizes, studyRow } from "../paired.ts";

/** The baseline against itself, called faster or slower. */
export const falseAlarm: Claim = {
  kind: "at most",
  prints: "verdict faster or slower where nothing differs",
  by: "analyse, report, study",
  sizes: pairedSizes,
  simulate(queue, size, runs, first = 0) {
    let alarms = 0;
    for (let run = first; run < first + runs; run++) {
      const { verdict } = studyRow(queue, size, 1, `aa/${run}`);
      if (verdict === "faster" || verdict === "slower") alarms++;
    }
    return { stated: 0.05, held: alarms / runs, runs };
  },
};
