import { scenarios } from "../../../workloads/scenarios/index.ts";
import type { StudyInput } from "../../../workloads/spec/spec.ts";
import tiny from "./tiny.ts";

/** One node of two is lost once, with one replica and with two. */
const tinyNodeLoss: StudyInput = {
  ...tiny,
  name: "tiny-node-loss",
  target: "k3s-docker",
  baseline: "onnx-int8",
  variants: ["int8-replicas"],
  scenarios: [
    {
      ...scenarios.steady,
      name: "node-loss",
      rate: { perSecond: 50 },
      durationSeconds: 33,
      disruption: {
        kind: "node-loss",
        injections: 1,
        firstAfterSeconds: 3,
        everySeconds: 30,
        settings: { seconds: 5 },
      },
    },
  ],
  calibrationSeconds: 1,
  aa: false,
  timeoutMs: 4_000,
};

export default tinyNodeLoss;
