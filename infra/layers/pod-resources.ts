/** What a variant's pod may use and what is kept for it. */

import type { ServiceSpec } from "../services/definition/service.ts";
import { resourcesOf, type Variant } from "../services/definition/variant.ts";

/** Of a service that says nothing. */
const usualCores = 1;
const usualMebibytes = 1024;
/** The rest is for the load's pods and the node's own processes, which run on the same cores. */
const requestedShare = 0.5;

export function podResources(spec: Pick<ServiceSpec, "settings" | "resources">, variant: Variant) {
  const { cpu = usualCores, memoryMebibytes = usualMebibytes } = resourcesOf(spec, variant);
  return {
    limits: { cpu: String(cpu), memory: `${memoryMebibytes}Mi` },
    requests: {
      cpu: `${Math.round(cpu * requestedShare * 1000)}m`,
      memory: `${Math.round(memoryMebibytes * requestedShare)}Mi`,
    },
  };
}
