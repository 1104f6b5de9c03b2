/**
 * Observations of the probes that the fitted queue does not explain. A service may batch, slow down under concurrency
 * or pause; the model, which only carries late shares from a probe to the steady state, must then show that it fits.
 */

import { studentQuantile } from "../../../analysis/statistics/distributions.ts";
import { mean, standardDeviation, sum } from "../../../analysis/statistics/moments.ts";
import { beyondLimit, type Lateness, measuredLateness, type Observation } from "./queue-model.ts";
import type { ServiceTime } from "./service-time.ts";

/** A stationary queue of the model's kind is doubted in one search of a hundred. */
const doubtShare = 0.01;

/**
 * Whether the probes have as many late requests as their queue would, where s was fitted to something steadier: both tails of the
 * number that each set has at its own s.
 */
export function lateCountFits(
  observations: readonly Observation[],
  { sets }: Pick<ServiceTime, "sets">,
  limitMs: number,
): boolean {
  const measured = sum(observations.map((one) => measuredLateness(one, limitMs, beyondLimit)));
  const simulated = sets.map((set) => sum(set.lateness(set.meanMs, beyondLimit)));
  const above = simulated.filter((late) => late >= measured).length;
  const below = simulated.filter((late) => late <= measured).length;
  return Math.min(above, below) + 1 > (doubtShare / 2) * (sets.length + 1);
}

/**
 * Half-width of the 95 % interval of ln s by what the probes differ among themselves, whatever the model says of it:
 *
 *   t sqrt(K / (K - 1) sum (e_j - mean e)^2) / sum dT_j / d ln s      e_j = measured - simulated lateness of probe j, of K
 *
 * Two probes or fewer say nothing: infinite.
 */
export function halfWidthBetween(
  observations: readonly Observation[],
  { sets, meanMs }: Pick<ServiceTime, "sets" | "meanMs">,
  { limitMs, of }: { readonly limitMs: number; readonly of: Lateness },
): number {
  const probes = observations.length;
  if (probes < 3) return Number.POSITIVE_INFINITY;
  const expected = (at: number) => {
    const bySet = sets.map((set) => set.lateness(at, of));
    return observations.map((_, index) => mean(bySet.map((lateness) => lateness[index]!)));
  };
  const [here, above, below] = [expected(meanMs), expected(meanMs * 1.02), expected(meanMs / 1.02)];
  const slope = sum(above.map((value, index) => value - below[index]!)) / Math.log(1.02 ** 2);
  const errors = observations.map((one, index) => measuredLateness(one, limitMs, of) - here[index]!);
  const spread = standardDeviation(errors) * Math.sqrt(probes);
  return (studentQuantile(0.975, probes - 1) * spread) / slope;
}
