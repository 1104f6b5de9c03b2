import type { Arrival } from "./arrival.ts";

/**
 * Poisson arrivals: gaps ~ Exp(rate), sampled by inversion, -ln U / rate.
 * Memoryless, so the residual life of the first gap has the same law.
 */
export const exponential: Arrival<{ readonly kind: "exponential" }> = {
  law: "exponential: gaps ~ Exp(rate), the Poisson process; cv 1",
  describe: () => "exponential, cv 1",
  cv: () => 1,
  gaps: (_, ratePerSecond, random) => () => random.exponential() / ratePerSecond,
};
