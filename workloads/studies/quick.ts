import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec/spec.ts";

/**
 * Seconds of load per trial: enough that no block of this seed has fewer requests than a median needs, where the baseline
 * answers 5 a second or more; the number of bursty ones varies most. 96 trials and 32 deployments then take about half an
 * hour on two cores.
 */
const [durationSeconds, burstySeconds] = [8, 16];

/**
 * The main job. Two treatments x three scenarios on one primary estimand are six comparisons; under Holm
 * eight blocks are the fewest that can reach alpha .05 (2/2^8 * 6 = .047), so each invalid one needs a spare block.
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
    { ...scenarios.bursty, durationSeconds: burstySeconds },
    { ...scenarios.intense, durationSeconds },
  ],
  blocks: 8,
  spareBlocks: 4,
  slo: { responseMs: 500 },
};
