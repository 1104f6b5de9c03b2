/** The configuration of the provider: which cluster, and how existing objects are treated. */
import { type Cluster, openCluster } from "./api/cluster.ts";
import type { Json, JsonObject } from "./api/object.ts";
import { unknownValue } from "./inputs.ts";
import { kinds } from "./kinds/index.ts";

const keys = [
  "kubeconfig",
  "clusterIdentifier",
  "namespace",
  "context",
  "deleteUnreachable",
  "enablePatchForce",
];

export interface Configuration {
  readonly namespace: string;
  readonly deleteUnreachable: boolean;
  readonly patchForce: boolean;
  /** @throws Error where the kubeconfig has no value yet, in a preview for instance */
  cluster(): Cluster;
}

export function readConfiguration(args: JsonObject): Configuration {
  const { kubeconfig, context = "", namespace = "default", deleteUnreachable, enablePatchForce } = args;
  let opened: Cluster | null = null;
  // The SDK sends booleans as JSON in strings.
  const isTrue = (value: Json | undefined) => value === true || value === "true";
  return {
    namespace: String(namespace),
    deleteUnreachable: isTrue(deleteUnreachable),
    patchForce: isTrue(enablePatchForce),
    cluster() {
      if (typeof kubeconfig !== "string" || kubeconfig === unknownValue) {
        throw new Error("the kubeconfig has no value yet");
      }
      opened ??= openCluster(kubeconfig, String(context), Object.values(kinds));
      return opened;
    },
  };
}

/** Those of the keys known here whose values differ. */
export function changedKeys(before: JsonObject, after: JsonObject): string[] {
  return keys.filter((key) => before[key] !== after[key]);
}
