import type { ScenarioSpec } from "../spec/spec.ts";

/** A load that the baseline should carry easily: independent users at 60 % of its capacity. */
export const steady: ScenarioSpec = {
  name: "steady",
  description: "Poisson arrivals at 60 % of the baseline's capacity",
  arrival: { kind: "exponential" },
  rate: { utilisation: 0.6 },
  durationSeconds: 60,
  payload: "reviews-and-tweets",
};
