/**
 * What the comparison of arms takes from a trial's injections: one value a trial, so that the rules for everything else
 * hold here too (pairs of one block, exact sign-flip p, Holm over the family, Hodges-Lehmann). A time that was censored has
 * no value, and leaving it out would leave out the worst; so times are restricted: the mean of min(time, tau), with tau the
 * shortest window among the trials of the block and scenario (restricted mean survival time, Royston & Parmar 2013).
 */

import { counted } from "../figures/format.ts";
import { recoveryMeasures } from "../recovery/measures/index.ts";
import type { InjectionResult } from "../schema/recovery.ts";
import type { Measurement } from "../schema/trial.ts";
import type { ComparedMetric } from "./compare.ts";

const compared = Object.values(recoveryMeasures).filter((measure) => measure.compared !== null);

/** The one that a disrupted scenario is decided on. */
export const primaryRecovery = "time-to-sustained";

export const recoveryMetrics: readonly ComparedMetric[] = compared.map(({ name, unit }) => ({
  name,
  unit,
  smallerIsBetter: true,
  growsWithQueue: false,
  verbs:
    name === primaryRecovery
      ? { better: "recovers faster than", worse: "recovers slower than" }
      : { better: "loses less than", worse: "loses more than" },
}));

/** @param horizonMs tau */
export function recoveryMeasurements(
  injections: readonly InjectionResult[],
  horizonMs: number,
): Record<string, Measurement> {
  const measured = injections.filter(({ excluded }) => excluded === "");
  return Object.fromEntries(
    compared.map(({ name, unit, compared: how }) => {
      const values = measured.map(({ values }) => {
        const value = values[name]!.value!;
        return how === "restricted" ? Math.min(value, horizonMs) : value;
      });
      const n = measured.reduce((sum, { account }) => sum + account!.offered, 0);
      return [
        name,
        values.length === 0
          ? {
              value: null,
              unit,
              n: 0,
              why: `none of ${counted(injections.length, "injection")} was measured`,
            }
          : { value: values.reduce((sum, value) => sum + value, 0) / values.length, unit, n, why: "" },
      ];
    }),
  );
}

/** tau: the shortest window of a measured injection; Infinity for none. */
export function shortestWindowMs(trials: readonly (readonly InjectionResult[])[]): number {
  return Math.min(
    ...trials
      .flat()
      .flatMap(({ excluded, startedMs, endMs }) =>
        excluded === "" && startedMs !== null && endMs !== null ? [endMs - startedMs] : [],
      ),
  );
}
