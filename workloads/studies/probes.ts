import type { StudyFile } from "../spec/spec.ts";
import { disrupted, onceABlock, resilience } from "./resilience.ts";

const { perTarget: _, ...asResilience } = resilience;

/**
 * The probes and the pause before a pod stops, as treatments: two replicas throughout, since with one there is nobody to take
 * over. The hang is longer than the usual readiness takes to see one second of it, and shorter than it takes to act on it
 * (three failures, 15 to 20 s). About 1 h 50 min.
 */
export const probes: StudyFile = {
  ...asResilience,
  name: "probes",
  description:
    "What do more frequent probes gain or cost, and what does a pod cost that stops without a pause?",
  target: "k3s",
  baseline: "int8-replicas",
  variants: ["eager-readiness", "eager-liveness", "no-pre-stop"],
  scenarios: disrupted(
    { "no-op": {}, hang: { seconds: 10 }, "pod-delete": {}, "rollout-rolling": {} },
    onceABlock,
  ),
};
