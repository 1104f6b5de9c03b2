import type { Arrival } from "./arrival.ts";

/** Even arrivals: every gap is 1/rate, the first too; no randomness, so the seed does not matter. */
export const constant: Arrival<{ readonly kind: "constant" }> = {
  law: "constant: every gap is 1/rate; cv 0",
  describe: () => "constant, cv 0",
  cv: () => 0,
  gaps: (_, ratePerSecond) => () => 1 / ratePerSecond,
};
