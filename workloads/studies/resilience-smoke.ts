import type { StudyFile } from "../spec/spec.ts";
import { disrupted } from "./resilience.ts";

const when = {
  injections: 1,
  everySeconds: () => 18,
  phaseSeconds: 6,
  rate: { perSecond: 50 },
} as const;

/** One injection of a few disruptions on the tiny model: does the chain of the resilience study work here? */
export const resilienceSmoke: StudyFile = {
  name: "resilience-smoke",
  description: "Does the resilience study work on this machine? (Too short for verdicts.)",
  target: "process",
  model: "tiny",
  baseline: "onnx-int8",
  variants: ["supervised"],
  scenarios: disrupted(
    {
      "no-op": {},
      "server-kill": { byHandAfterSeconds: 4 },
      hang: { seconds: 2 },
      "network-partition": { seconds: 2 },
    },
    when,
  ),
  blocks: 1,
  aa: false,
  slo: { responseMs: 1_000 },
  timeoutMs: 10_000,
  calibrationSeconds: 2,
  underpowered: "warn",
  perTarget: {
    k3s: {
      variants: ["int8-replicas"],
      scenarios: disrupted({ "no-op": {}, hang: { seconds: 2 }, "pod-delete": {} }, when),
    },
  },
};
