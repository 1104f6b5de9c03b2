import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec.ts";

/**
 * From the baseline to `optimized` in single steps. Under `flood` the throughput is what a variant still answers at many times
 * its capacity, which is less than that capacity: taking so many requests in is work of its own (docs/serving.md, Overload).
 * Under `steady` the response times are those of an easy load, and the stages say where they go. Nine treatments under two
 * scenarios are eighteen comparisons: ten blocks are the fewest that reach alpha .05 under Holm (2/2^10 * 18 = .035). About
 * 100 minutes.
 */
export const ablation: StudyInput = {
  name: "ablation",
  description: "What is each step from the PyTorch baseline to the optimised stack worth by itself?",
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
  scenarios: [
    {
      name: "flood",
      description: "constant arrivals at 500/s, beyond what any variant sustains on two cores",
      arrival: { kind: "constant" },
      rate: { perSecond: 500 },
      durationSeconds: 6,
      payload: "reviews-and-tweets",
    },
    { ...scenarios.steady, durationSeconds: 15 },
  ],
  blocks: 10,
  primary: "throughput",
  secondary: ["p50", "p95", "p99", "mean", "goodput"],
  slo: { responseMs: 500 },
  // What a flooded baseline has not answered by then it never will: the next trial need not wait for it.
  timeoutMs: 8_000,
  stages: true,
  ladder: true,
};
