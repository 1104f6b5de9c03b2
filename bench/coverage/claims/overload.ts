import type { Claim, Size } from "../claim.ts";
import { shareCalled } from "../overloads.ts";

const at: Readonly<Record<Size, { readonly utilisation: number; readonly requests: number }>> = {
  small: { utilisation: 1.5, requests: 400 },
  middle: { utilisation: 1.2, requests: 1500 },
  large: { utilisation: 1.1, requests: 6000 },
};

/** The other error of the same test: overload that it sees. */
export const overload: Claim = {
  kind: "at least",
  prints: "an overloaded trial called saturated",
  by: "analyse, report, study",
  sizes: { small: "load 1.5, 400 requests", middle: "load 1.2, 1,500", large: "load 1.1, 6,000" },
  simulate: shareCalled("saturated", { stated: 0.95, loadOf: (size) => at[size], key: "over" }),
};
