import { sum } from "../../../analysis/statistics/moments.ts";
import type { Claim } from "../claim.ts";
import { pairsSeen, twoRunSizes } from "../two-runs.ts";

/** Of all rows of a comparison: each interval is one, and none is adjusted for the others. */
export const compareRatio: Claim = {
  kind: "level",
  prints: "two runs at equal rates, nothing changed: ratio of one to the other",
  by: "compare",
  atATime: 250,
  studies: "two runs at equal rates",
  sizes: twoRunSizes,
  simulate(queue, size, runs, first = 0) {
    const pairs = pairsSeen(queue, size, { runs, first }, { rates: "equal" });
    const [rows, held] = [sum(pairs.map((pair) => pair.rows)), sum(pairs.map((pair) => pair.held))];
    return { stated: 0.95, held: held / rows, runs };
  },
};
