import type { Measurement } from "../schema/trial.ts";
import { quantileNeeds } from "../statistics/quantile.ts";
import type { Window } from "../trial/window.ts";
import { type Metric, measured, notEstimable } from "./metric.ts";

/** Whether a quantile is missing because there are too few requests, whatever their outcomes. */
export function saysTooFew({ value, why }: Measurement): boolean {
  return value === null && why.endsWith(areNeeded);
}

const areNeeded = "are needed";

/** A quantile of one time per request; a failure is later than any time (statistics.md 9), too few are no quantile (12). */
export function quantileOf(
  name: string,
  p: number,
  of: (window: Window, p: number) => number,
  growsWithQueue: boolean,
): Metric {
  return {
    name,
    unit: "ms",
    smallerIsBetter: true,
    growsWithQueue,
    measure(window) {
      const { offered, failed } = window;
      const needed = quantileNeeds(p);
      if (offered < needed) return notEstimable("ms", offered, `${offered} requests, ${needed} ${areNeeded}`);
      const value = of(window, p);
      return Number.isFinite(value)
        ? measured(value, "ms", offered)
        : notEstimable(
            "ms",
            offered,
            `${failed} of ${offered} requests failed: the quantile is beyond every response time`,
          );
    },
  };
}
