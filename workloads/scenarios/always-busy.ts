import type { ScenarioSpec } from "../spec/spec.ts";

/**
 * The capacity of a service: it always has 64 requests to work on, so its throughput is its capacity. Users do not
 * produce such a load.
 */
export const alwaysBusy: ScenarioSpec = {
  name: "always-busy",
  description: "64 users without pauses: the throughput equals the capacity",
  arrival: { kind: "saturation", users: 64 },
  // The most that is asked, far beyond what a service on one machine answers.
  rate: { perSecond: 5_000 },
  durationSeconds: 8,
  payload: "reviews-and-tweets",
};
