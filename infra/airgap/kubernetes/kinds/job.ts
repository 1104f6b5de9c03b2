import type { Kind } from "./kind.ts";
import { podTrouble } from "./pods.ts";

export const job: Kind = {
  apiVersion: "batch/v1",
  kind: "Job",
  namespaced: true,
  immutable: [
    "spec.template",
    "spec.selector",
    "spec.completions",
    "spec.completionMode",
    "spec.podFailurePolicy",
    "spec.backoffLimitPerIndex",
  ],
  ownsPods: true,

  async settled({ metadata, status = {} }, cluster) {
    const condition = (type: string) =>
      status.conditions?.find(
        (one: { type: string; status: string }) => one.type === type && one.status === "True",
      );
    if (condition("Complete")) return { state: "ready" };
    const failed = condition("Failed");
    if (failed) return { state: "failed", why: `${failed.reason}: ${failed.message}` };
    const labels = { "batch.kubernetes.io/job-name": metadata.name };
    const trouble = await podTrouble(cluster, metadata.namespace!, labels);
    return trouble ?? { state: "waiting", why: `${status.succeeded ?? 0} pods are done` };
  },
};
