/** The serving layer on the K3s node of this host: the variant's image in the node's store, and its stack. */
import * as pulumi from "@pulumi/pulumi";
import { TestbedError } from "../../errors.ts";
import { ServingStack } from "../components/serving-stack.ts";
import { readEnvironment } from "../environment-file.ts";
import { findServingImage, imageRuntime } from "../images/serving.ts";
import { variantOfStack } from "../variants/index.ts";
import { clusterOf, imageOn, runningNode } from "./k3s-cluster.ts";
import type { ServingOptions } from "./serving.ts";

const defaultStartSeconds = 240;

export async function k3sServing({ stack, variant: name, model }: ServingOptions) {
  const variant = variantOfStack(name);
  const node = await runningNode();
  const { model: prepared } = await readEnvironment(model);
  const found = await findServingImage(imageRuntime(variant), { name: model, ...prepared });
  if (found === null) {
    throw new TestbedError("missingPart", `the image of ${name} with the model ${model} has not been made`, {
      hint: `npx testbed setup --target k3s --model ${model}`,
    });
  }
  const provider = clusterOf(node);
  const image = imageOn(node, found);
  const serving = new ServingStack(
    name,
    {
      name: `testbed-${name}`,
      variant,
      image: image.reference,
      imagePullPolicy: "Never",
      startTimeoutSeconds: Number(process.env.TESTBED_START_SECONDS ?? defaultStartSeconds),
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
