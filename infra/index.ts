/** The Pulumi entry: stack name -> layer -> outputs. */
import * as pulumi from "@pulumi/pulumi";
import { TestbedError } from "../errors/errors.ts";
import { endWithEngine } from "./engine/engine-watch.ts";
import { forEngine } from "./engine/program-error.ts";
import { parseStackName } from "./layers/address.ts";
import { hasPlatform } from "./layers/platform.ts";
import { defaultService } from "./services/built-in-names.ts";
import { readConfig } from "./workspace/stack-config.ts";

endWithEngine();

/** Layers are loaded as they are needed: a program must start fast. */
export default async function program() {
  try {
    return await layerOf(pulumi.getStack());
  } catch (error) {
    throw forEngine(error);
  }
}

async function layerOf(stack: string) {
  const address = parseStackName(stack);
  const config = readConfig(new pulumi.Config());
  if (address.target === "process" && address.layer === "serving") {
    const { processServing } = await import("./layers/serving.ts");
    const { service = defaultService, variant } = address;
    return processServing({ stack, service, variant, config });
  }
  if (address.target === "k3s" && address.layer === "node") {
    const { hostNode } = await import("./layers/node.ts");
    return hostNode(stack);
  }
  if (address.target === "k3s-docker" && address.layer === "node") {
    const { dockerNode } = await import("./layers/k3s-docker.ts");
    return dockerNode(stack);
  }
  if (hasPlatform(address.target) && address.layer === "serving") {
    const { k3sServing } = await import("./layers/k3s-serving.ts");
    const { service = defaultService, variant } = address;
    return k3sServing(address.target, { stack, service, variant, config });
  }
  if (hasPlatform(address.target) && address.layer === "load") {
    const { k3sLoad } = await import("./layers/k3s-load.ts");
    return k3sLoad(address.target, address.trial);
  }
  throw new TestbedError("badInput", `the stack ${stack} is unknown`, {
    problems: [
      {
        path: "stack",
        expected: "process.<variant>, k3s.node, k3s.<variant> or the same of another target",
        got: stack,
      },
    ],
  });
}
