import { z } from "zod";
import { renewal } from "./arrival.ts";

/**
 * Poisson arrivals: gaps ~ Exp(rate), sampled by inversion, -ln U / rate.
 * Memoryless, so the residual life of the first gap has the same law.
 */
export const exponential = renewal({
  law: "exponential: gaps ~ Exp(rate), the Poisson process; cv 1",
  schema: z.strictObject({ kind: z.literal("exponential") }),
  describe: () => "exponential, cv 1",
  cv: () => 1,
  gap: (_, random) => random.exponential(),
  residual: (_, random) => random.exponential(),
  cdf: (_, x) => (x <= 0 ? 0 : -Math.expm1(-x)),
});
