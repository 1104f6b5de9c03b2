import { saturationAlpha } from "../../../analysis/trial/saturation.ts";
import type { Claim } from "../claim.ts";
import { shareCalled } from "../overloads.ts";
import { requestsOf, trialSizes } from "../trials.ts";

/** Just below capacity, where it is hardest: the trial begins empty, and its queue grows towards a length that it has. */
export const saturationFalse: Claim = {
  kind: "at most",
  prints: "a trial at a load of 0.98 called saturated",
  by: "analyse, report, study",
  sizes: trialSizes,
  simulate: shareCalled("saturated", {
    stated: saturationAlpha,
    loadOf: (size) => ({ requests: requestsOf[size], utilisation: 0.98 }),
    key: "saturation",
  }),
};
