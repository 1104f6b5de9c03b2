import { quantile, quantileNeeds, type Sorted } from "../quantile.ts";
import type { Window } from "../window.ts";
import { type Metric, measured, notEstimable } from "./metric.ts";

/** A quantile of one time per request; a failure is later than any time (statistics.md 9), too few are no quantile (12). */
export function quantileOf(
  name: string,
  p: number,
  of: (window: Window) => Sorted,
  growsWithQueue: boolean,
): Metric {
  return {
    name,
    unit: "ms",
    smallerIsBetter: true,
    growsWithQueue,
    measure(window) {
      const values = of(window);
      const needed = quantileNeeds(p);
      if (values.length < needed) {
        return notEstimable("ms", values.length, `${values.length} requests, ${needed} are needed`);
      }
      const value = quantile(values, p);
      return Number.isFinite(value)
        ? measured(value, "ms", values.length)
        : notEstimable(
            "ms",
            values.length,
            `${window.failed} of ${window.offered} requests failed: beyond any time`,
          );
    },
  };
}
