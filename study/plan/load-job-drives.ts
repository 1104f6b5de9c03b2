import { arrivalOf } from "../../workloads/arrivals/index.ts";
import type { ScenarioSpec } from "../../workloads/spec/spec.ts";

/**
 * Whether generators of the target drive a scenario, where the target has any. What is disrupted is driven from this host, since
 * what breaks the service must not break the generator; a closed loop is one process, and that is here too; so is the file of a trace.
 */
export function loadJobDrives({ disruption, arrival }: ScenarioSpec): boolean {
  return disruption === undefined && !arrivalOf(arrival).closed && arrival.kind !== "trace";
}
