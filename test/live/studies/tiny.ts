import { scenarios } from "../../../workloads/scenarios/index.ts";
import type { StudyInput } from "../../../workloads/spec/spec.ts";

/** The whole chain on a model of no meaning that is prepared in seconds: for tests only. */
const tiny: StudyInput = {
  name: "tiny",
  description: "The chain of the quick study on the tiny test model",
  target: "process",
  model: "tiny",
  baseline: "baseline",
  variants: ["onnx-int8"],
  scenarios: [{ ...scenarios.steady, rate: { perSecond: 20 }, durationSeconds: 3 }],
  blocks: 1,
  slo: { responseMs: 500 },
  calibrationSeconds: 2,
  underpowered: "warn",
};

export default tiny;
