import { type Metric, measured, notEstimable } from "./metric.ts";

/** Share of the offered requests that succeeded within the SLO. */
export const goodput: Metric = {
  name: "goodput",
  unit: "share",
  smallerIsBetter: false,
  growsWithQueue: false,
  measure: ({ ok, late, offered }) =>
    offered === 0
      ? notEstimable("share", 0, "no requests")
      : measured((ok - late) / offered, "share", offered),
};
