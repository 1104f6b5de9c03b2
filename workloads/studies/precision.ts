import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec/spec.ts";

/**
 * The same queue and cores with 32, 16 and 8 bits: `quality` says whose answers stay the baseline's, this says what they cost.
 * Needs a CPU with bf16. Three treatments: seven blocks reach alpha .05 under Holm (2/2^7 * 3 = .047). About 25 minutes.
 */
export const precision: StudyInput = {
  name: "precision",
  description: "How much faster is the stack if its answers must stay the same?",
  target: "process",
  model: "roberta-base",
  baseline: "baseline",
  variants: ["onnx-queue", "bf16-queue", "optimized"],
  scenarios: [scenarios["always-busy"]],
  blocks: 7,
  primary: "throughput",
  secondary: ["p50", "p95", "p99", "mean", "goodput"],
  slo: { responseMs: 500 },
};
