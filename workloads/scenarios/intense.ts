import type { ScenarioSpec } from "../spec/spec.ts";

/** More than the baseline can sustain: its queue must grow, and the report calls it overloaded. */
export const intense: ScenarioSpec = {
  name: "intense",
  description: "Poisson arrivals at 150 % of the baseline's capacity",
  arrival: { kind: "exponential" },
  rate: { utilisation: 1.5 },
  durationSeconds: 60,
  payload: "reviews-and-tweets",
};
