/** Kinds that are ready as soon as the API server stores them, and the namespace, which almost is. */
import type { Kind } from "./kind.ts";

export const namespace: Kind = {
  apiVersion: "v1",
  kind: "Namespace",
  namespaced: false,
  immutable: [],
  ownsPods: false,
  async settled({ status }) {
    return status?.phase === "Active"
      ? { state: "ready" }
      : { state: "waiting", why: `its phase is ${status?.phase ?? "unknown"}` };
  },
};

/** New data is a new object, as with the official plugin: running pods keep what they were started with. */
export const configMap: Kind = {
  apiVersion: "v1",
  kind: "ConfigMap",
  namespaced: true,
  immutable: ["data", "binaryData", "immutable"],
  ownsPods: false,
};

export const secret: Kind = {
  apiVersion: "v1",
  kind: "Secret",
  namespaced: true,
  immutable: ["data", "stringData", "type", "immutable"],
  ownsPods: false,
};

export const podDisruptionBudget: Kind = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  namespaced: true,
  immutable: [],
  ownsPods: false,
};

export const resourceQuota: Kind = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  namespaced: true,
  immutable: ["spec.scopes"],
  ownsPods: false,
  // Without figures the quota is not enforced yet.
  async settled({ spec, status }) {
    const unknown = Object.keys(spec.hard).filter((name) => status?.hard?.[name] === undefined);
    return unknown.length === 0
      ? { state: "ready" }
      : { state: "waiting", why: `the quota controller has not counted ${unknown.join(", ")} yet` };
  },
};

export const limitRange: Kind = {
  apiVersion: "v1",
  kind: "LimitRange",
  namespaced: true,
  immutable: [],
  ownsPods: false,
};

export const networkPolicy: Kind = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  namespaced: true,
  immutable: [],
  ownsPods: false,
};
