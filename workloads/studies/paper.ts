import { s1, s2, s3 } from "../scenarios/paper.ts";
import type { StudyInput } from "../spec/spec.ts";

/** 120 of the paper's 1,000 requests, so that a block takes about 50 minutes rather than seven hours. */
const durationSeconds = 240;

/**
 * The paper's scenarios, each as a closed loop (as it was run) and as its open-loop twin on the same seed and schedule.
 * Side by side they show what the closed loop hid. One block is for a look; raise `blocks` for verdicts.
 */
export const paper: StudyInput = {
  name: "paper",
  description:
    "What did the paper's closed loop hide? Its three scenarios, each as a closed and an open loop on one seed.",
  target: "process",
  model: "roberta-base",
  baseline: "baseline",
  variants: ["optimized"],
  scenarios: [s1, s2, s3].flatMap(({ closed, open }) => [
    { ...closed, durationSeconds },
    { ...open, durationSeconds },
  ]),
  blocks: 1,
  aa: false,
  slo: { responseMs: 500 },
  underpowered: "warn",
};
