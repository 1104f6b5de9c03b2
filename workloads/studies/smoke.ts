import { scenarios } from "../scenarios/index.ts";
import type { StudyInput } from "../spec/spec.ts";

/** The whole chain in about two minutes (longer where the machine is slow), too short for any verdict, and its report says so. */
export const smoke: StudyInput = {
  name: "smoke",
  description: "Does the whole chain work here? (Too short for verdicts.)",
  target: "process",
  model: "roberta-base",
  baseline: "baseline",
  variants: ["onnx-int8", "optimized"],
  scenarios: [
    { ...scenarios.steady, durationSeconds: 4 },
    { ...scenarios.bursty, durationSeconds: 4 },
    { ...scenarios.intense, durationSeconds: 4 },
  ],
  blocks: 1,
  slo: { responseMs: 500 },
  calibrationSeconds: 4,
  underpowered: "warn",
  lengthen: true,
};
