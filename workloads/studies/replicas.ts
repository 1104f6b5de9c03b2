import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec/spec.ts";

/**
 * A second pod on the same machine: beside one that leaves a core free, and in place of the second stream of `optimized`
 * (the ladder's last step). Three treatments: seven blocks reach alpha .05 under Holm (2/2^7 * 3 = .047). About 20 minutes.
 */
export const replicas: StudyInput = {
  name: "replicas",
  description: "How much does a second replica gain on the cores of one machine?",
  target: "k3s",
  model: "roberta-base",
  baseline: "onnx-int8",
  variants: ["int8-replicas", "optimized", "two-replicas"],
  scenarios: [scenarios["always-busy"]],
  blocks: 7,
  primary: "throughput",
  secondary: ["p50", "p99", "goodput"],
  slo: { responseMs: 500 },
  ladder: true,
};
