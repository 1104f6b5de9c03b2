import { defineStudy, scenarios } from "serving-testbed";

/** Is version 2 as fast as version 1? */
export default defineStudy({
  name: "two-urls",
  description: "Is version 2 as fast as version 1?",
  service: "./two-urls.ts",
  target: "url",
  baseline: "baseline",
  variants: ["next"],
  scenarios: [{ ...scenarios.steady, payload: "requests", rate: { perSecond: 50 }, durationSeconds: 20 }],
  blocks: 8,
  slo: { responseMs: 100 },
});
