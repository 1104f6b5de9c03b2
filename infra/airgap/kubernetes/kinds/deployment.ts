import type { Kind } from "./kind.ts";
import { notReady, podTrouble } from "./pods.ts";

export const deployment: Kind = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  namespaced: true,
  immutable: ["spec.selector"],
  ownsPods: true,

  async settled({ metadata, spec, status = {} }, cluster) {
    const { replicas = 1 } = spec;
    const condition = (type: string) => status.conditions?.find((one: { type: string }) => one.type === type);
    const progressing = condition("Progressing");
    // What is said of an older generation says nothing of what was asked for now.
    const seen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
    if (seen && progressing?.status === "False") {
      const pods = await notReady(cluster, metadata.namespace!, spec.selector.matchLabels);
      return { state: "failed", why: [`${progressing.reason}: ${progressing.message}`, ...pods].join("; ") };
    }
    const { updatedReplicas = 0, availableReplicas = 0, replicas: existing = 0 } = status;
    if (seen && updatedReplicas === replicas && availableReplicas === replicas && existing === replicas) {
      return { state: "ready" };
    }
    const trouble = await podTrouble(cluster, metadata.namespace!, spec.selector.matchLabels);
    if (trouble !== null) return trouble;
    return { state: "waiting", why: `${availableReplicas} of ${replicas} replicas are available` };
  },
};
