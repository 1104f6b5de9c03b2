/**
 * What `import { ... } from "serving-testbed"` gives to a file of one's own: types that say what may stand in a study,
 * and the rooms that are worth building on. All of it is data; nothing here starts anything.
 *
 * ```ts
 * import { defineStudy, scenarios } from "serving-testbed";
 *
 * export default defineStudy({
 *   name: "threads",
 *   description: "Is a second thread worth its core?",
 *   baseline: "baseline",
 *   variants: ["torch-threads"],
 *   scenarios: [{ ...scenarios.steady, durationSeconds: 20 }],
 *   blocks: 8,
 *   slo: { responseMs: 200 },
 * });
 * ```
 */
export { defineService, type ServiceInput } from "../infra/services/definition/service.ts";

import type { StudyFile } from "../workloads/spec/spec.ts";

export type { ArrivalSpec } from "../workloads/arrivals/index.ts";
export { arrivals } from "../workloads/arrivals/index.ts";
export { scenarios } from "../workloads/scenarios/index.ts";
export type { DisruptionSpec, Estimand, RateSpec, ScenarioSpec, StudyFile } from "../workloads/spec/spec.ts";

/** The study as it is given, so that an editor knows what may stand in it; it is checked when it is run. */
export function defineStudy(study: StudyFile): StudyFile {
  return study;
}
