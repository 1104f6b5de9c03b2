import { arrivalOf } from "../../workloads/arrivals/index.ts";
import type { ScenarioSpec } from "../../workloads/spec/spec.ts";

/**
 * Whether the target's own generators drive a scenario. A scenario with a disruption is driven from this host, because
 * the disruption must not affect the generator; so are a closed loop, which is one process, and a trace, whose file is
 * here.
 */
export function loadJobDrives({ disruption, arrival }: ScenarioSpec): boolean {
  return disruption === undefined && !arrivalOf(arrival).closed && arrival.kind !== "trace";
}
