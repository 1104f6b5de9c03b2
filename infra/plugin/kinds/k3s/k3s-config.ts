/** The start configuration of a K3s node: its command line, its pod network and its container runtime's settings. */

export interface NodeSettings {
  readonly nodeName: string;
  /** Of the node, without bits. */
  readonly address: string;
  /** Null: the node pulls its own. */
  readonly pauseImage: string | null;
  /** `bundled` is the release's own overlay network; `bridge` needs the standard plugins. */
  readonly network: "bundled" | "bridge";
}

/** Where the node's own state is, as it sees it. */
export const dataFolder = "/var/lib/rancher/k3s";
export const kubeconfigPath = "/var/lib/rancher/kubeconfig.yaml";
export const apiPort = 6443;
/** Of the pods of all nodes of one cluster: K3s's own default. */
export const podNetwork = "10.42.0.0/16";

/** Nothing runs on the node but what the testbed puts there: no ingress, no metrics, no name server, no autopilot. */
const left = ["coredns", "traefik", "servicelb", "metrics-server", "local-storage"] as const;

/** Arguments of the multi-call binary. */
export function serverArguments(settings: NodeSettings): readonly string[] {
  return [
    "server",
    "--write-kubeconfig",
    kubeconfigPath,
    "--write-kubeconfig-mode",
    "600",
    "--disable",
    left.join(","),
    "--disable-helm-controller",
    "--egress-selector-mode",
    "disabled",
    ...(settings.network === "bridge" ? ["--flannel-backend", "none"] : []),
    ...nodeArguments(settings),
  ];
}

/** The same for a node that joins a server. @param server its address */
export function agentArguments(server: string, settings: NodeSettings): readonly string[] {
  return ["agent", "--server", `https://${server}:${apiPort}`, ...nodeArguments(settings)];
}

function nodeArguments({ nodeName, address, pauseImage }: NodeSettings): readonly string[] {
  return [
    "--data-dir",
    dataFolder,
    "--node-name",
    nodeName,
    "--node-ip",
    address,
    ...(pauseImage === null ? [] : ["--pause-image", pauseImage]),
    // A namespace cannot change the size of the kernel's connection table.
    "--kube-proxy-arg=conntrack-max-per-core=0",
    // A full disk of the host is not a reason to throw out what is being measured; `df` is checked before the start.
    "--kubelet-arg=eviction-hard=memory.available<100Mi,nodefs.available<1%,imagefs.available<1%",
    "--kubelet-arg=image-gc-high-threshold=100",
    "--kubelet-arg=image-gc-low-threshold=99",
  ];
}

/** A node's part of the pod network: a bridge, addresses of its own, ports of the host on request. */
export function bridgeNetwork(podSubnet = "10.42.0.0/24"): string {
  return JSON.stringify(
    {
      cniVersion: "0.4.0",
      name: "testbed",
      plugins: [
        {
          type: "bridge",
          bridge: "cni0",
          isGateway: true,
          hairpinMode: true,
          ipMasq: true,
          ipam: {
            type: "host-local",
            ranges: [[{ subnet: podSubnet }]],
            routes: [{ dst: "0.0.0.0/0" }],
          },
        },
        { type: "portmap", capabilities: { portMappings: true } },
        // Docker sets the FORWARD policy to DROP.
        { type: "firewall" },
      ],
    },
    null,
    2,
  );
}

/**
 * On a machine without CAP_SYS_RESOURCE no process may lower its own out-of-memory score, and pods fail to start
 * with "failed to update /proc/self/oom_score_adj" unless the runtime is told.
 *
 * @returns the runtime's template and the settings it imports, by file name
 */
export function containerdFiles(restrictOutOfMemoryScore: boolean): Readonly<Record<string, string>> {
  if (!restrictOutOfMemoryScore) return {};
  const imported = "restrict-oom-score.toml";
  return {
    // An import, because the base template has written the table already and TOML allows it once.
    "config-v3.toml.tmpl": `imports = ["${dataFolder}/agent/etc/containerd/${imported}"]\n{{ template "base" . }}\n`,
    [imported]: `version = 3\n\n[plugins.'io.containerd.cri.v1.runtime']\n  restrict_oom_score_adj = true\n`,
  };
}
