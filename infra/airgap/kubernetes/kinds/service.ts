import { at } from "../api/object.ts";
import type { Kind } from "./kind.ts";

export const service: Kind = {
  apiVersion: "v1",
  kind: "Service",
  namespaced: true,
  immutable: ["spec.clusterIP", "spec.clusterIPs"],
  ownsPods: false,

  refusals(inputs) {
    const type = at(inputs, "spec.type") ?? "ClusterIP";
    return type === "ClusterIP" || type === "NodePort"
      ? []
      : [`spec.type ${String(type)}: only ClusterIP and NodePort are supported`];
  },

  async settled({ metadata, spec }, cluster) {
    if (spec.selector === undefined || Object.keys(spec.selector).length === 0) return { state: "ready" };
    const slices = await cluster.endpointSlices(metadata.namespace!, metadata.name);
    const ready = slices
      .flatMap((slice) => slice.endpoints ?? [])
      .filter((endpoint: { conditions?: { ready?: boolean } }) => endpoint.conditions?.ready === true);
    return ready.length > 0 ? { state: "ready" } : { state: "waiting", why: "no ready pod is behind it" };
  },
};
