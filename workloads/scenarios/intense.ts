import type { ScenarioSpec } from "../spec/spec.ts";

/** Beyond what the baseline sustains: its queue must grow, and the report calls it overloaded. */
export const intense: ScenarioSpec = {
  name: "intense",
  description: "Poisson arrivals at 150 % of the baseline's capacity",
  arrival: { kind: "exponential" },
  rate: { utilisation: 1.5 },
  durationSeconds: 60,
  payload: "reviews-and-tweets",
};
