/** The serving layer on the K3s node of this host: the variant's image in the node's store, and its stack. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { TestbedError } from "../../errors.ts";
import { stackName } from "../address.ts";
import { K3sImage } from "../components/k3s-image.ts";
import { ServingStack } from "../components/serving-stack.ts";
import { readEnvironment } from "../environment-file.ts";
import { findServingImage, imageRuntime } from "../images/serving.ts";
import { isVariant, variants } from "../variants/index.ts";
import type { ServingOptions } from "./serving.ts";

const nodeOutputs = z.object({
  pid: z.number(),
  startTime: z.string(),
  address: z.string(),
  kubeconfig: z.string(),
  tools: z.string(),
});

export async function k3sServing({ stack, variant: name, model }: ServingOptions) {
  if (!isVariant(name)) {
    throw new TestbedError("badInput", `there is no variant ${name}`, {
      problems: [{ path: "stack", expected: `one of ${Object.keys(variants).join(", ")}`, got: name }],
    });
  }
  const variant = variants[name];
  const node = await runningNode();
  const { model: prepared } = await readEnvironment(model);
  const found = await findServingImage(imageRuntime(variant), { name: model, ...prepared });
  if (found === null) {
    throw new TestbedError("missingPart", `the image of ${name} with the model ${model} has not been made`, {
      hint: `npx testbed setup --target k3s --model ${model}`,
    });
  }
  const provider = new k8s.Provider("cluster", {
    kubeconfig: pulumi.secret(node.kubeconfig),
    // Another node is another cluster, whatever its address.
    clusterIdentifier: `${node.pid}@${node.startTime}`,
    deleteUnreachable: true,
    // The stack's objects are its own: a field that somebody else has set goes back to what the program says.
    enablePatchForce: true,
  });
  const image = new K3sImage("image", {
    ...found,
    nodePid: node.pid,
    nodeStartTime: node.startTime,
    tools: node.tools,
  });
  const serving = new ServingStack(
    name,
    {
      name: `testbed-${name}`,
      variant,
      image: image.reference,
      imagePullPolicy: "Never",
      startTimeoutSeconds: 240,
    },
    { providers: [provider] },
  );
  return {
    url: pulumi.interpolate`http://${node.address}:${serving.nodePort}`,
    namespace: serving.namespace,
    clusterIp: serving.clusterIp,
    image: image.reference,
    stack,
  };
}

/** @throws TestbedError where the node's stack is not up */
async function runningNode(): Promise<z.infer<typeof nodeOutputs>> {
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
  if (parsed.success) return parsed.data;
  throw new TestbedError("provisionFailed", "the K3s node is not up", { hint: `npx testbed up ${name}` });
}
