import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec/spec.ts";

/**
 * From the baseline to `optimized` in single steps. Under `always-busy` the throughput is the capacity of a variant; under
 * `steady` the response times are those of an easy load, and the stages say where they go. Nine treatments under two
 * scenarios are eighteen comparisons: ten blocks are the fewest that reach alpha .05 under Holm (2/2^10 * 18 = .035). About
 * 75 minutes.
 */
export const ablation: StudyInput = {
  name: "ablation",
  description: "How much does each single step from the PyTorch baseline to the optimised stack gain?",
  target: "process",
  model: "roberta-base",
  baseline: "baseline",
  variants: [
    "onnx-plain",
    "onnx",
    "onnx-int8",
    "int8-graph",
    "int8-workers",
    "direct",
    "queue-arrival",
    "queue-length",
    "optimized",
  ],
  scenarios: [scenarios["always-busy"], { ...scenarios.steady, durationSeconds: 15 }],
  blocks: 10,
  primary: "throughput",
  secondary: ["p50", "p95", "p99", "mean", "goodput"],
  slo: { responseMs: 500 },
  stages: true,
  ladder: true,
};
