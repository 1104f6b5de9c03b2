import { z } from "zod";
import { type Arrival, figure } from "./arrival.ts";
import { modulatedPoisson } from "./modulated.ts";
import { renewalOf, renewalSpec } from "./renewals.ts";

const period = z.strictObject({ meanSeconds: z.number().positive().max(86_400), law: renewalSpec });
const schema = z.strictObject({ kind: z.literal("on-off"), on: period, off: period });

/**
 * On/off process: Poisson arrivals while on, none while off; the lengths of both kinds of period have any renewal law
 * (exponential: an interrupted Poisson process; heavy-tailed: long-range dependence, Willinger et al. 1997).
 *
 *   rate while on = rate (t_on + t_off) / t_on
 *
 * At the start it is on with probability t_on / (t_on + t_off), and the period met is a residual one.
 */
export const onOff: Arrival<typeof schema> = {
  law: "on-off: Poisson while on, silence while off; both periods with a renewal law and meanSeconds",
  schema,
  describe: ({ on, off }) =>
    `on/off, on ${figure(on.meanSeconds)} s (${renewalOf(on.law).describe(on.law)}), ` +
    `off ${figure(off.meanSeconds)} s (${renewalOf(off.law).describe(off.law)})`,
  cv: () => null,
  gaps({ on, off }, { ratePerSecond }, random) {
    const cycle = on.meanSeconds + off.meanSeconds;
    const of = (state: 0 | 1) => (state === 0 ? on : off);
    const state = random.uniform() < on.meanSeconds / cycle ? 0 : 1;
    const met = of(state);
    return modulatedPoisson(
      [(ratePerSecond * cycle) / on.meanSeconds, 0],
      { state, seconds: renewalOf(met.law).residual(met.law, random) * met.meanSeconds },
      (next) => renewalOf(of(next).law).gap(of(next).law, random) * of(next).meanSeconds,
      random,
    );
  },
};
