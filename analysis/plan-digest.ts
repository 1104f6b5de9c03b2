/** What makes two runs the same question: the study and its trials in order, and neither time nor machine. */
import type { StudySpec } from "../workloads/spec.ts";
import { canonical, sha256 } from "./canonical.ts";
import type { PlannedTrial } from "./folder.ts";

export function planDigest(study: StudySpec, trials: readonly PlannedTrial[]): string {
  return sha256(canonical({ study, trials }));
}
