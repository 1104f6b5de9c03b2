/** K3s nodes in containers: the node layer, and the parts of it that the layers on top need. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { TestbedError } from "../../errors/errors.ts";
import { K3sContainerImage } from "../components/docker-resources.ts";
import { K3sDockerNode, nodeNameOf } from "../components/k3s-docker-node.ts";
import { originOf } from "../docker/node-address.ts";
import { findNodeImage } from "../images/k3s-node.ts";
import { podNetwork } from "../plugin/kinds/k3s/k3s-config.ts";
import { findK3s } from "../toolchain/k3s/k3s.ts";
import { dockerPrefix } from "../workspace/paths.ts";
import { readSettings } from "../workspace/settings-file.ts";
import { stackName } from "./address.ts";
import { outputsOf } from "./node-outputs.ts";
import type { Platform } from "./platform.ts";

const target = "k3s-docker";
const commands = "/usr/local/bin";

export async function dockerNode(stack: string) {
  const { nodes } = await readSettings(target);
  const k3s = await findK3s();
  const image = k3s === null ? null : await findNodeImage(k3s);
  if (k3s === null || image === null) {
    throw new TestbedError("missingPart", `the target ${target} is not set up`, {
      hint: `npx testbed setup --target ${target}`,
    });
  }
  const { host, containers, cluster } = new K3sDockerNode("node", {
    stack,
    prefix: dockerPrefix,
    nodes,
    image,
    binary: `${commands}/${basename(k3s.binary)}`,
    pauseImage: k3s.pauseImage,
    network: k3s.overlay === null ? "bundled" : "bridge",
    startTimeoutSeconds: 240,
  });
  return {
    kubeconfig: cluster.kubeconfig,
    ports: cluster.ports,
    address: cluster.address,
    containers: containers.map(({ id }) => id),
    nodeNames: containers.map((_, index) => nodeNameOf(index)),
    privileged: host.privileged,
    privilegedRefused: host.reason,
    engineVersion: host.engineVersion,
    readySeconds: cluster.readySeconds,
    image: image.digest,
  };
}

const nodeOutputs = z.object({
  kubeconfig: z.string(),
  containers: z.array(z.string()),
  ports: z.record(z.string(), z.number()),
  address: z.string().nullish(),
});

export async function dockerPlatform(): Promise<Platform> {
  const node = await outputsOf(stackName({ layer: "node", target }), nodeOutputs);
  const [server = ""] = node.containers;
  return {
    provider: new k8s.Provider("cluster", {
      kubeconfig: pulumi.secret(node.kubeconfig),
      // Another server is another cluster, whatever its address.
      clusterIdentifier: createHash("sha256").update(server).digest("hex").slice(0, 16),
      deleteUnreachable: true,
      // The stack owns its objects: a field that another client has set is reset to the program's value.
      enablePatchForce: true,
    }),
    imagePullPolicy: "Never",
    serviceType: "NodePort",
    podNetwork,

    image(found) {
      const loaded = node.containers.map(
        (container, index) => new K3sContainerImage(`image-${index}`, { ...found, container }),
      );
      return pulumi.all(loaded.map(({ reference }) => reference)).apply(([reference = ""]) => reference);
    },

    url: ({ nodePort }) => nodePort.apply((port) => originOf(node, port)),
  };
}
