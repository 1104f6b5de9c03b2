/**
 * The differences between the targets on a cluster: where the cluster comes from, and which parts of it a target may
 * touch.
 */
import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterService, K3sDockerService, K3sService } from "../../disruptions/service-under-test.ts";
import type { Stacks } from "../../engine/stacks.ts";
import type { LoadRequest } from "../target.ts";
import type { RaisePods } from "./pods/load-priority.ts";
import type { Relay } from "./pods/service-relay.ts";

/** What a target on a cluster has of its own. */
export interface ClusterSite {
  /** First part of its stacks' names. */
  readonly target: string;
  bringUp(stacks: Stacks, signal: AbortSignal): Promise<Cluster>;
  takeDown(stacks: Stacks): Promise<void>;
  /** Where the service's own address is not this machine's to reach: one that is, for as long as it is up. */
  reach?(kubeconfig: string, namespace: string): Promise<Relay>;
  /** Where this machine can; left out, pods keep the priority that they have. */
  raise?(share: LoadRequest["share"]): RaisePods;
}

export interface Cluster {
  readonly kubeconfig: string;
  /** Whether this call brought the cluster up; one that was up before must stay up. */
  readonly ours: boolean;
  /** An intermediary between this machine and the nodes that is not part of the cluster, in a word or two. */
  readonly through?: string;
  /** False once what it runs on has ended. */
  isAlive(): Promise<boolean>;
  /** The cluster as disruptions see it. @throws Error where it does not belong to this workspace */
  disruptable(): Promise<DisruptableSite>;
}

export interface DisruptableSite {
  readonly service:
    | Pick<K3sService, "target" | "cluster">
    | Pick<K3sDockerService, "target" | "cluster" | "nodes">
    | Pick<ClusterService, "target" | "cluster">;
  /** What is not in order below the deployment, with the pods that the API server calls ready; empty: nothing. */
  whyNodesNotReady?(pods: readonly V1Pod[]): Promise<string>;
  /** There is more than one node, and this machine may ask after them. */
  readonly watchesNodes?: boolean;
}
