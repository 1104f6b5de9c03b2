import type { Claim } from "../claim.ts";
import { alarms, twoRunSizes } from "../two-runs.ts";

export const compareOwnRates: Claim = {
  kind: "at most",
  prints: "the same, each run at shares of the capacity that it measured itself",
  by: "compare",
  atATime: 250,
  sizes: twoRunSizes,
  simulate: (queue, size, runs, first = 0) => ({
    stated: 0.05,
    held: alarms(queue, size, { runs, first }, { rates: "own" }),
    runs,
  }),
};
