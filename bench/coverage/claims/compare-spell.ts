import type { Claim } from "../claim.ts";
import { alarms, twoRunSizes } from "../two-runs.ts";

export const compareSpell: Claim = {
  kind: "at most",
  prints: "the same, the second run on a machine at a quarter of its speed for a third of its trials",
  by: "compare",
  atATime: 250,
  sizes: twoRunSizes,
  simulate: (queue, size, runs, first = 0) => ({
    stated: 0.05,
    held: alarms(queue, size, { runs, first }, { rates: "equal", spell: "judged" }),
    runs,
  }),
};
