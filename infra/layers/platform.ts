/**
 * A cluster as its layers see it, whatever it runs on: how to reach it, how it gets an image, and where this machine
 * reaches a service.
 */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServingStack } from "../components/serving-stack.ts";
import type { ServingImage } from "../images/serving.ts";

export interface Platform {
  readonly provider: k8s.Provider;
  readonly imagePullPolicy: "Never" | "IfNotPresent";
  /** NodePort on the testbed's own nodes only. */
  readonly serviceType: "NodePort" | "ClusterIP";
  /** Addresses of the pods on the testbed's own nodes; undefined on a cluster with another owner. */
  readonly podNetwork: string | undefined;
  /** @returns as a pod names it, once every node can have it */
  image(found: ServingImage): pulumi.Input<string>;
  /** From this machine; empty where it is reached through the API server only. */
  url(serving: ServingStack): pulumi.Input<string>;
}

/** By target. Loaded as they are needed: a program must start fast. */
const platforms: Readonly<Record<string, () => Promise<Platform>>> = {
  k3s: async () => (await import("./k3s-cluster.ts")).hostPlatform(),
  "k3s-docker": async () => (await import("./k3s-docker.ts")).dockerPlatform(),
  cluster: async () => (await import("./cluster.ts")).clusterPlatform(),
};

export function hasPlatform(target: string): boolean {
  return target in platforms;
}

/** @throws TestbedError where the target's node is not up */
export function platformOf(target: string): Promise<Platform> {
  return platforms[target]!();
}
