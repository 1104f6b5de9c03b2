/**
 * A K3s node in a container, with further nodes that join it as agents. Each has a container and a volume; all share
 * one network, and the cluster exists once every node is Ready. Containers are privileged where the engine allows it;
 * otherwise they get the named capabilities with which a node is known to work.
 */
import { readFileSync } from "node:fs";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ServingImage } from "../images/serving.ts";
import {
  agentArguments,
  apiPort,
  bridgeNetwork,
  containerdFiles,
  type NodeSettings,
  serverArguments,
} from "../plugin/kinds/k3s/k3s-config.ts";
import { mostNodes } from "../workspace/settings-file.ts";
import { DockerHost, DockerImage, K3sContainers } from "./docker-resources.ts";

export interface K3sDockerNodeArgs {
  /** Stack, for messages. */
  readonly stack: string;
  /** First part of every name on the engine: two checkouts may share one. */
  readonly prefix: string;
  /** A server and its agents. */
  readonly nodes: number;
  readonly image: ServingImage;
  /** Of the node's command, in the image. */
  readonly binary: string;
  readonly pauseImage: string | null;
  readonly network: NodeSettings["network"];
  readonly startTimeoutSeconds: number;
}

/** What Docker 20.10 knows, but for CAP_SYS_RESOURCE, without which a node does. */
const capabilities = [
  ..."AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER".split(
    " ",
  ),
  ..."FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN".split(" "),
  ..."NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT".split(
    " ",
  ),
  ..."SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_TIME SYS_TTY_CONFIG WAKE_ALARM".split(
    " ",
  ),
].map((name) => `CAP_${name}`);

/** Published before anybody knows which variants there will be: as many services at a time as there are ports. */
const nodePorts = Array.from({ length: 8 }, (_, index) => 30080 + index);
const script = ["../plugin/kinds/k3s/control-groups.sh", "k3s-container.sh"]
  .map((file) => readFileSync(new URL(file, import.meta.url), "utf8"))
  .join("\n");

export function nodeNameOf(index: number): string {
  return index === 0 ? "server" : `agent-${index}`;
}

export class K3sDockerNode extends pulumi.ComponentResource {
  readonly host: DockerHost;
  readonly containers: readonly docker.Container[];
  readonly cluster: K3sContainers;

  constructor(name: string, args: K3sDockerNodeArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("testbed:k3s:DockerNode", name, {}, options);
    const labels = [{ label: "testbed", value: args.prefix }];
    const inside = { parent: this, deleteBeforeReplace: true };

    const image = new DockerImage(`${name}-image`, args.image, inside);
    this.host = new DockerHost(`${name}-host`, { image: image.imageId, name: args.prefix }, inside);
    const network = new docker.Network(
      `${name}-network`,
      {
        name: args.prefix,
        labels,
        ipamConfigs: [{ subnet: pulumi.interpolate`${this.host.network}.0/24` }],
      },
      inside,
    );
    this.containers = Array.from({ length: args.nodes }, (_, index) => {
      const volume = new docker.Volume(
        `${name}-volume-${index}`,
        { name: `${args.prefix}-${nodeNameOf(index)}`, labels },
        inside,
      );
      return new docker.Container(
        `${name}-${nodeNameOf(index)}`,
        {
          name: `${args.prefix}-${nodeNameOf(index)}`,
          labels,
          image: image.imageId,
          hostname: nodeNameOf(index),
          entrypoints: ["/bin/sh", "-c", script, "sh"],
          command: this.host.network.apply((block) => commandOf(args, index, block)),
          envs: pulumi
            .all([this.host.network, this.host.joinToken])
            .apply(([block, token]) => environmentOf(args, index, block, token)),
          privileged: this.host.privileged,
          capabilities: this.host.privileged.apply((all) => ({ adds: all ? [] : capabilities })),
          securityOpts: ["seccomp=unconfined", "apparmor=unconfined"],
          cgroupnsMode: "private",
          devices: [{ hostPath: "/dev/kmsg" }],
          tmpfs: { "/run": "" },
          volumes: [{ volumeName: volume.name, containerPath: "/var/lib/rancher" }],
          networksAdvanced: [
            { name: network.name, ipv4Address: this.host.network.apply((b) => addressOf(b, index)) },
          ],
          ports: index > 0 ? [] : [apiPort, ...nodePorts].map((internal) => ({ internal, ip: "127.0.0.1" })),
          restart: "no",
        },
        inside,
      );
    });
    this.cluster = new K3sContainers(
      `${name}-cluster`,
      {
        name: args.stack,
        containers: pulumi.all(this.containers.map(({ id }) => id)),
        nodeNames: this.containers.map((_, index) => nodeNameOf(index)),
        apiPort,
        startTimeoutSeconds: args.startTimeoutSeconds,
      },
      inside,
    );
    this.registerOutputs({});
  }
}

function addressOf(block: string, index: number): string {
  return `${block}.${10 + index}`;
}

function podSubnetOf(index: number): string {
  return `10.42.${index}.0/24`;
}

function commandOf(args: K3sDockerNodeArgs, index: number, block: string): string[] {
  const settings = {
    nodeName: nodeNameOf(index),
    address: addressOf(block, index),
    pauseImage: args.pauseImage,
    network: args.network,
  };
  const range = `${nodePorts[0]}-${nodePorts.at(-1)}`;
  return [
    args.binary,
    ...(index === 0
      ? [...serverArguments(settings), "--service-node-port-range", range]
      : agentArguments(addressOf(block, 0), settings)),
  ];
}

/** Routes to nodes that may join later are there from the start: a running node need not be changed for them. */
function environmentOf(args: K3sDockerNodeArgs, index: number, block: string, token: string): string[] {
  const others = Array.from({ length: mostNodes }, (_, other) => other).filter((other) => other !== index);
  const [[, template], [, imported]] = Object.entries(containerdFiles(true)) as [
    [string, string],
    [string, string],
  ];
  const bridge = args.network === "bridge";
  return [
    `K3S_TOKEN=${token}`,
    `CNI_CONFIG=${bridge ? bridgeNetwork(podSubnetOf(index)) : ""}`,
    `ROUTES=${bridge ? others.map((other) => `${podSubnetOf(other)}=${addressOf(block, other)}`).join(" ") : ""}`,
    `CONTAINERD_TEMPLATE=${template}`,
    `CONTAINERD_IMPORT=${imported}`,
  ];
}
