import { type Metric, measured, notEstimable } from "./metric.ts";

/** Share of the offered requests that failed: errors, timeouts, refusals, drops. */
export const errorShare: Metric = {
  name: "error-share",
  unit: "share",
  smallerIsBetter: true,
  growsWithQueue: false,
  measure: ({ failed, offered }) =>
    offered === 0 ? notEstimable("share", 0, "no requests") : measured(failed / offered, "share", offered),
};
