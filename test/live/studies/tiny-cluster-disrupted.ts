import { scenarios } from "../../../workloads/scenarios/index.ts";
import type { StudyInput } from "../../../workloads/spec/spec.ts";
import tiny from "./tiny.ts";

/** One pod of somebody's cluster is deleted once, with one replica and with two. */
const tinyClusterDisrupted: StudyInput = {
  ...tiny,
  name: "tiny-cluster-disrupted",
  target: "cluster",
  baseline: "onnx-int8",
  variants: ["int8-replicas"],
  scenarios: [
    {
      ...scenarios.steady,
      name: "pod-delete",
      rate: { perSecond: 50 },
      durationSeconds: 22,
      disruption: { kind: "pod-delete", injections: 1, firstAfterSeconds: 2, everySeconds: 20, settings: {} },
    },
  ],
  aa: false,
  timeoutMs: 4_000,
};

export default tinyClusterDisrupted;
