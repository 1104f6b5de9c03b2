import { type Metric, measured, notEstimable } from "./metric.ts";

/**
 * Mean response time from the scheduled instant. A failed request has no time, so with one failure the mean does not
 * exist.
 */
export const mean: Metric = {
  name: "mean",
  unit: "ms",
  smallerIsBetter: true,
  growsWithQueue: true,
  measure({ responseMs, failed, offered }) {
    if (offered === 0) return notEstimable("ms", 0, "no requests");
    if (failed > 0)
      return notEstimable("ms", offered, `${failed} of ${offered} requests failed and have no response time`);
    return measured(responseMs.reduce((sum, value) => sum + value, 0) / offered, "ms", offered);
  },
};
