/**
 * The digest of a plan, by which two runs ask the same question: it covers the study and its trials in order, and
 * neither time nor machine.
 */

import { canonical, sha256 } from "../../files/canonical-json.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import type { PlannedTrial } from "../schema/results-folder.ts";

export function planDigest(study: StudySpec, trials: readonly PlannedTrial[]): string {
  return sha256(canonical({ study, trials }));
}
