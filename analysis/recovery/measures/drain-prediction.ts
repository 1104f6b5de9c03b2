import { nothing, observed, type RecoveryMeasure } from "./measure.ts";

/**
 * The drain time that an open loop predicts where every request of the outage waits:
 *
 *   backlog at its end = lambda d,  drained at a net rate of c mu - lambda:   drain = d rho / (1 - rho)
 *
 * d downtime, rho = lambda / (c mu) the utilisation. Requests that were lost do not wait, so with losses, or where only a
 * part of the service was down, the measured drain is shorter.
 */
export const predictedDrain: RecoveryMeasure = {
  name: "drain-predicted",
  unit: "ms",
  words: "drain predicted, d rho / (1 - rho)",
  compared: null,
  measure({ course, downtimeMs, utilisation }) {
    if (course.brokenMs === null || downtimeMs === null) return nothing("no outage that ended");
    if (utilisation === null) return nothing("no request found the service idle");
    if (utilisation >= 1) return nothing("offered load at or above capacity: it never drains");
    return observed((downtimeMs * utilisation) / (1 - utilisation));
  },
};
