import type { Claim } from "../claim.ts";
import { looksOf, pairedSizes } from "../paired.ts";

const firstLook = 6;

/** The baseline against itself, read after each block from the sixth on: any of the looks calls it faster or slower. */
export const looks: Claim = {
  kind: "at most",
  prints: "any verdict faster or slower, read after every block, where nothing differs",
  by: "analyse, report",
  sizes: pairedSizes,
  simulate(queue, size, runs, first = 0) {
    let alarms = 0;
    for (let run = first; run < first + runs; run++) {
      const rows = looksOf(queue, size, `looks/${run}`, firstLook);
      if (rows.some(({ verdict }) => verdict === "faster" || verdict === "slower")) alarms++;
    }
    return { stated: 0.05, held: alarms / runs, runs };
  },
};
