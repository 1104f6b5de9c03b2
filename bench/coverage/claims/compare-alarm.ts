import type { Claim } from "../claim.ts";
import { alarms, twoRunSizes } from "../two-runs.ts";

export const compareAlarm: Claim = {
  kind: "at most",
  prints: "the same: any row better or worse",
  by: "compare",
  atATime: 250,
  studies: "two runs at equal rates",
  sizes: twoRunSizes,
  simulate: (queue, size, runs, first = 0) => ({
    stated: 0.05,
    held: alarms(queue, size, { runs, first }, { rates: "equal" }),
    runs,
  }),
};
