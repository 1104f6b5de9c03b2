/** What every layer on the K3s node needs of it: the running node, its cluster and its image store. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { TestbedError } from "../../errors.ts";
import { stackName } from "../address.ts";
import { K3sImage } from "../components/k3s-image.ts";
import type { ServingImage } from "../images/serving.ts";
import { isAlive } from "../plugin/process.ts";

const nodeOutputs = z.object({
  pid: z.number(),
  startTime: z.string(),
  address: z.string(),
  kubeconfig: z.string(),
  tools: z.string(),
});

export type RunningNode = z.infer<typeof nodeOutputs>;

/** @throws TestbedError where the node's stack is not up */
export async function runningNode(): Promise<RunningNode> {
  const name = stackName({ layer: "node", target: "k3s" });
  const reference = new pulumi.StackReference("node", {
    name: `organization/${pulumi.getProject()}/${name}`,
  });
  const outputs = await Promise.all(
    Object.keys(nodeOutputs.shape).map(async (key) => {
      const { value, secretValue } = await reference.getOutputDetails(key);
      return [key, value ?? secretValue] as const;
    }),
  );
  const parsed = nodeOutputs.safeParse(Object.fromEntries(outputs));
  if (parsed.success && isAlive(parsed.data)) return parsed.data;
  if (parsed.success) {
    throw new TestbedError("provisionFailed", "the K3s node is not running any more", {
      problems: [{ path: name, expected: `process ${parsed.data.pid}`, got: "it has ended" }],
      hint: `npx testbed up ${name} brings up another one`,
    });
  }
  throw new TestbedError("provisionFailed", "the K3s node is not up", { hint: `npx testbed up ${name}` });
}

/** The node's cluster, and no other that this machine may know. */
export function clusterOf(node: RunningNode): k8s.Provider {
  return new k8s.Provider("cluster", {
    kubeconfig: pulumi.secret(node.kubeconfig),
    // Another node is another cluster, whatever its address.
    clusterIdentifier: `${node.pid}@${node.startTime}`,
    deleteUnreachable: true,
    // The stack's objects are its own: a field that somebody else has set goes back to what the program says.
    enablePatchForce: true,
  });
}

export function imageOn(node: RunningNode, image: ServingImage): K3sImage {
  return new K3sImage("image", {
    ...image,
    nodePid: node.pid,
    nodeStartTime: node.startTime,
    tools: node.tools,
  });
}
