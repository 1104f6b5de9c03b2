import { z } from "zod";
import { renewal } from "./arrival.ts";

/**
 * Even arrivals: every gap is 1/rate. The first gap is 1/rate too, not a random part of it: there is no randomness, the
 * seed does not matter, and T seconds still hold exactly rate x T arrivals.
 */
export const constant = {
  ...renewal({
    law: "constant: every gap is 1/rate; cv 0",
    schema: z.strictObject({ kind: z.literal("constant") }),
    describe: () => "constant, cv 0",
    cv: () => 0,
    gap: () => 1,
    residual: (_, random) => random.uniform(),
    cdf: (_, x) => (x < 1 ? 0 : 1),
  }),
  gaps:
    (_: unknown, { ratePerSecond }: { readonly ratePerSecond: number }) =>
    () =>
      1 / ratePerSecond,
};
