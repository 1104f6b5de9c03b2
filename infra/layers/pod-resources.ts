/** Requests and limits of a variant's pod. */
import type { Amounts } from "../components/namespace.ts";

import type { ServiceSpec } from "../services/definition/service.ts";
import { resourcesOf, type Variant } from "../services/definition/variant.ts";

/** Of a service that says nothing. */
const usualCores = 1;
const usualMebibytes = 1024;
/** Its scratch volume, its log, and what it writes where its image may be written to. */
const storage = { limit: "2Gi", request: "256Mi" } as const;
/** The rest is for the load's pods and the node's own processes, which run on the same cores. */
const requestedShare = 0.5;

export function podResources(spec: Pick<ServiceSpec, "settings" | "resources">, variant: Variant): Amounts {
  const { cpu = usualCores, memoryMebibytes = usualMebibytes } = resourcesOf(spec, variant);
  return {
    limits: { cpu: String(cpu), memory: `${memoryMebibytes}Mi`, "ephemeral-storage": storage.limit },
    requests: {
      cpu: `${Math.round(cpu * requestedShare * 1000)}m`,
      memory: `${Math.round(memoryMebibytes * requestedShare)}Mi`,
      "ephemeral-storage": storage.request,
    },
  };
}
