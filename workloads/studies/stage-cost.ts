import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec/spec.ts";

/** One treatment under two scenarios: eight blocks are more than alpha .05 needs under Holm (2/2^8 * 2 = .008). About 12 minutes. */
export const stageCost: StudyInput = {
  name: "stage-cost",
  description: "How much time does it cost to report the stages of every request?",
  target: "process",
  model: "roberta-base",
  baseline: "optimized",
  variants: ["stage-timing"],
  scenarios: [
    { ...scenarios.steady, durationSeconds: 8 },
    { ...scenarios.intense, durationSeconds: 8 },
  ],
  blocks: 8,
  primary: "mean",
  slo: { responseMs: 500 },
};
