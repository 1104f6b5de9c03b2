import { defineStudy, scenarios } from "serving-testbed";

/** Does a second worker process help on this machine? */
export default defineStudy({
  name: "workers",
  description: "Does a second worker process help on this machine?",
  service: "./identify.ts",
  baseline: "baseline",
  variants: ["two-workers"],
  scenarios: [{ ...scenarios.steady, payload: "requests", durationSeconds: 20 }],
  blocks: 8,
  slo: { responseMs: 100 },
});
