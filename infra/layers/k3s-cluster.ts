/**
 * The parts of the K3s node of this host that every layer on it needs: the running node, its cluster and its image
 * store.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { TestbedError } from "../../errors/errors.ts";
import { K3sImage } from "../components/k3s-image.ts";
import { isAlive } from "../host/process.ts";
import { podNetwork } from "../plugin/kinds/k3s/k3s-config.ts";
import { stackName } from "./address.ts";
import { outputsOf } from "./node-outputs.ts";
import type { Platform } from "./platform.ts";

const nodeOutputs = z.object({
  pid: z.number(),
  startTime: z.string(),
  address: z.string(),
  kubeconfig: z.string(),
  tools: z.string(),
});

/** @throws TestbedError where the node's stack is not up */
export async function hostPlatform(): Promise<Platform> {
  const name = stackName({ layer: "node", target: "k3s" });
  const node = await outputsOf(name, nodeOutputs);
  if (!isAlive(node)) {
    throw new TestbedError("provisionFailed", "the K3s node is no longer running", {
      problems: [{ path: name, expected: `process ${node.pid}`, got: "the process has ended" }],
      hint: `npx testbed up ${name} brings up a new node`,
    });
  }
  return {
    /** The node's cluster, and no other that this machine may know. */
    provider: new k8s.Provider("cluster", {
      kubeconfig: pulumi.secret(node.kubeconfig),
      // Another node is another cluster, whatever its address.
      clusterIdentifier: `${node.pid}@${node.startTime}`,
      deleteUnreachable: true,
      // The stack owns its objects: a field that another client has set is reset to the program's value.
      enablePatchForce: true,
    }),
    imagePullPolicy: "Never",
    serviceType: "NodePort",
    podNetwork,

    image(found) {
      const { pid: nodePid, startTime: nodeStartTime, tools } = node;
      return new K3sImage("image", { ...found, nodePid, nodeStartTime, tools }).reference;
    },

    url: ({ nodePort }) => pulumi.interpolate`http://${node.address}:${nodePort}`,
  };
}
