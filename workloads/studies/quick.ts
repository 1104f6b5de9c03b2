import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec.ts";

/**
 * Seconds of load per trial: enough that no bursty block of this seed has fewer requests than a median needs, where the
 * baseline answers 9 a second or more. 96 trials and 32 deployments then take about 22 minutes on two cores.
 */
const durationSeconds = 8;

/**
 * The main job. Two treatments x three scenarios on one primary estimand are six comparisons; under Holm
 * eight blocks are the fewest that can reach alpha .05 (2/2^8 * 6 = .047).
 */
export const quick: StudyInput = {
  name: "quick",
  description: "Is int8 ONNX Runtime, or the optimised stack, faster than the PyTorch baseline?",
  target: "process",
  model: "roberta-base",
  baseline: "baseline",
  variants: ["onnx-int8", "optimized"],
  scenarios: [
    { ...scenarios.steady, durationSeconds },
    { ...scenarios.bursty, durationSeconds },
    { ...scenarios.intense, durationSeconds },
  ],
  blocks: 8,
  slo: { responseMs: 500 },
};
