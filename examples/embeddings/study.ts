import { defineStudy, scenarios } from "serving-testbed";

/** Is batching worth it, and what would cutting sentences off buy? */
export default defineStudy({
  name: "embeddings",
  description: "Is batching the encoder worth it, and what does cutting sentences off buy?",
  service: "./embeddings.ts",
  baseline: "baseline",
  variants: ["batched", "eight-tokens"],
  scenarios: [
    { ...scenarios.steady, payload: "requests", durationSeconds: 20 },
    { ...scenarios.bursty, payload: "requests", durationSeconds: 20 },
  ],
  blocks: 8,
  slo: { responseMs: 250 },
});
