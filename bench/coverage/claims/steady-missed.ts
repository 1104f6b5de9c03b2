import type { Claim } from "../claim.ts";
import { lengths, lengthsAt, shareCalled } from "../overloads.ts";

/** Neither called saturated nor left open. */
export const steadyMissed: Claim = {
  kind: "rate",
  prints: "a trial at a load of 1.05 taken for a steady one without a word",
  by: "analyse, report, study",
  atATime: 200,
  sizes: lengths,
  simulate: shareCalled("steady", { stated: 0, loadOf: lengthsAt(1.05), key: "missed" }),
};
