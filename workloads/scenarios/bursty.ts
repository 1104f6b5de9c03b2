import type { ScenarioSpec } from "../spec/spec.ts";

/** The same mean rate as `steady`, but in bursts: the two differ in burstiness alone. */
export const bursty: ScenarioSpec = {
  name: "bursty",
  description: "gamma arrivals with cv 2 at 60 % of the baseline's capacity",
  arrival: { kind: "gamma", cv: 2 },
  rate: { utilisation: 0.6 },
  durationSeconds: 60,
  payload: "reviews-and-tweets",
};
