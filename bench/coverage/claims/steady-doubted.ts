import type { Claim } from "../claim.ts";
import { lengths, lengthsAt, shareCalled } from "../overloads.ts";

export const steadyDoubted: Claim = {
  kind: "at most",
  prints: "a trial at a load of 0.8 called one that does not show that it is steady",
  by: "analyse, report, study",
  atATime: 200,
  sizes: lengths,
  simulate: shareCalled("open", { stated: 0.05, loadOf: lengthsAt(0.8), key: "doubted" }),
};
