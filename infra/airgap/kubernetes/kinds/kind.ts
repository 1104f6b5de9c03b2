/** One kind of Kubernetes object, as the stand-in handles it. */
import type { Cluster } from "../api/cluster.ts";
import type { Json, KubernetesObject } from "../api/object.ts";

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Dotted paths of inputs whose change makes a new object, as the API server or the official plugin has it. */
  readonly immutable: readonly string[];
  /** Deleted in the foreground: gone means that its pods are gone too. */
  readonly ownsPods: boolean;
  /** Inputs that this stand-in cannot do right, as sentences; empty where there are none. */
  refusals?(inputs: Readonly<Record<string, Json>>): readonly string[];
  /** Is the object as a user expects it after `up`? Asked again until it is. */
  settled?(live: KubernetesObject, cluster: Cluster): Promise<Settled>;
}

export type Settled =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly why: string }
  /** It will not become ready without a change. */
  | { readonly state: "failed"; readonly why: string };
