import { z } from "zod";
import { TestbedError } from "../../../errors/errors.ts";
import { allRun, openEngine, whyNoEngine } from "../../docker/engine.ts";
import { provideNodeImage } from "../../images/k3s-node.ts";
import { stackName } from "../../layers/address.ts";
import { provideK3s } from "../../toolchain/k3s/k3s.ts";
import { provideDockerPlugin } from "../../toolchain/plugins.ts";
import { keepKubeconfig } from "../../workspace/kubeconfig-files.ts";
import type { Target } from "../target.ts";
import { provideForCluster } from "./cluster-parts.ts";
import type { ClusterSite } from "./cluster-site.ts";
import { openOnCluster } from "./cluster-target.ts";
import { whyNodesNotReady } from "./k3s-docker-nodes.ts";

const target = "k3s-docker";
const nodeStack = stackName({ layer: "node", target });
const nodeOutputs = z.object({
  kubeconfig: z.string(),
  containers: z.array(z.string()),
  nodeNames: z.array(z.string()),
  address: z.string().nullish(),
});

const site: ClusterSite = {
  target,
  async bringUp(stacks, signal) {
    const { outputs, changed } = await stacks.up(nodeStack, { signal, refresh: true });
    const { kubeconfig, containers, nodeNames, address } = nodeOutputs.parse(outputs);
    return {
      kubeconfig,
      ours: changed,
      ...(typeof address === "string" ? {} : { through: "published port" }),
      isAlive: () => allRun(containers).catch(() => false),
      async disruptable() {
        const nodes = containers.map((container, index) => ({ name: nodeNames[index]!, container }));
        const cluster = { kubeconfig: keepKubeconfig(containers[0]!, kubeconfig), context: null };
        return {
          service: { target, cluster, nodes },
          whyNodesNotReady: (pods) => whyNodesNotReady(openEngine(), nodes, pods),
          watchesNodes: true,
        };
      },
    };
  },
  takeDown: (stacks) => stacks.destroy(nodeStack),
};

/** For machines with Docker, and for more nodes than one on one machine. */
export const k3sDockerTarget: Target = {
  description: "K3s nodes in Docker containers (--nodes), each variant a deployment behind a service",
  overheadSeconds: { perDeployment: 23, perLoadJob: 16 },
  pods: true,
  notes: () => [
    "The K3s nodes are containers of one machine and share its cores; CPU requests reserve a part for each pod.",
    "Traffic between two pods crosses their nodes' bridges and the containers' network; traffic from this machine crosses a virtual link.",
  ],

  async provide(context) {
    const got = await whyNoEngine();
    if (got !== null) {
      throw new TestbedError("missingPart", "there is no Docker engine for the K3s nodes", {
        problems: [{ path: "docker", expected: "an engine at DOCKER_HOST or the usual socket", got }],
        hint: "Start Docker, or use the target `k3s`, which needs root on Linux but no Docker.",
      });
    }
    const { toolchain } = context;
    const k3s = await provideK3s(context);
    const image = await provideNodeImage(k3s, context);
    const plugin = await provideDockerPlugin(toolchain.pulumi, toolchain.environment, context);
    return provideForCluster(context, [...k3s.parts, image.part, plugin]);
  },

  open: (context) => openOnCluster(site, context),
};
