import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec/spec.ts";

/**
 * The whole chain in a minute and a half (longer where the machine is slow), too short for any verdict, and its report says so.
 * Without the baseline's second deployment for A/A, which with one block would say nothing.
 */
export const smoke: StudyInput = {
  name: "smoke",
  description: "Does every step work on this machine? (Too short for verdicts.)",
  target: "process",
  model: "roberta-base",
  baseline: "baseline",
  variants: ["onnx-int8", "optimized"],
  scenarios: [
    { ...scenarios.steady, durationSeconds: 3 },
    { ...scenarios.bursty, durationSeconds: 3 },
    { ...scenarios.intense, durationSeconds: 3 },
  ],
  blocks: 1,
  aa: false,
  slo: { responseMs: 500 },
  calibrationSeconds: 4,
  underpowered: "warn",
  lengthen: true,
};
