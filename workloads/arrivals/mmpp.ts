import { z } from "zod";
import { type Arrival, figure } from "./arrival.ts";
import { modulatedPoisson } from "./modulated.ts";

const schema = z.strictObject({
  kind: z.literal("mmpp"),
  /** Rate of each state relative to the other; the mean over time is the scenario's rate. */
  levels: z
    .tuple([z.number().min(0).max(1e6), z.number().min(0).max(1e6)])
    .refine(([a, b]) => a + b > 0, { message: "at least one level above 0" }),
  /** Mean stay in each state. */
  meanSeconds: z.tuple([z.number().positive().max(86_400), z.number().positive().max(86_400)]),
});

/**
 * Two-state Markov-modulated Poisson process (Fischer & Meier-Hellstern 1993): Poisson arrivals at rate r0 or r1, stays
 * in the states exponential with means t0, t1.
 *
 *   r_i = rate l_i / (p0 l0 + p1 l1)     p_i = t_i / (t0 + t1)
 *
 * Its gaps are correlated: bursts of bursts, which no renewal process has. The state at the start is drawn with p_i.
 */
export const mmpp: Arrival<typeof schema> = {
  law: "mmpp: Poisson at one of two levels, stays exponential with meanSeconds; correlated gaps",
  schema,
  describe: ({ levels, meanSeconds }) =>
    `two-state MMPP, levels ${levels.map(figure).join(" and ")}, mean stays ${meanSeconds.map(figure).join(" and ")} s`,
  cv: () => null,
  gaps({ levels, meanSeconds }, { ratePerSecond }, random) {
    const share = meanSeconds[0] / (meanSeconds[0] + meanSeconds[1]);
    const unit = ratePerSecond / (share * levels[0] + (1 - share) * levels[1]);
    const state = random.uniform() < share ? 0 : 1;
    const sojourn = (of: 0 | 1) => random.exponential() * meanSeconds[of];
    return modulatedPoisson(
      [levels[0] * unit, levels[1] * unit],
      { state, seconds: sojourn(state) },
      sojourn,
      random,
    );
  },
};
