import { grid as scenarios } from "../scenarios/grid.ts";
import type { StudyInput } from "../spec/spec.ts";

/** Sixteen comparisons of p50: under Holm ten blocks are the fewest that reach alpha .05 (2/2^10 * 16 = .031). */
export const grid: StudyInput = {
  name: "grid",
  description: "Where does burstiness matter? Utilisation 0.3 to 0.95 crossed with cv 0.5 to 4.",
  target: "process",
  model: "roberta-base",
  baseline: "baseline",
  variants: ["optimized"],
  scenarios: scenarios.map((scenario) => ({ ...scenario, durationSeconds: 30 })),
  blocks: 10,
  slo: { responseMs: 500 },
};
