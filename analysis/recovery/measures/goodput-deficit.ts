import { observed, type RecoveryMeasure } from "./measure.ts";

/**
 * The area between the on-time answers that the level before the injection would have given and those that were given:
 *
 *   deficit = integral over the injection's window of (p offered(t) - on time(t)) dt = p offered - ok       [requests]
 *
 * The "resilience triangle" of Bruneau et al. (2003, Earthquake Spectra 19(4)), with the service level for the quality of
 * the infrastructure. Below 0 where chance made the window better than what was before it.
 */
export const goodputDeficit: RecoveryMeasure = {
  name: "goodput-deficit",
  unit: "requests",
  words: "goodput deficit",
  compared: "mean",
  measure: ({ account, onTimeBefore }) => observed(onTimeBefore * account.offered - account.ok),
};
