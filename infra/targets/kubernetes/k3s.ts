import { join } from "node:path";
import { z } from "zod";
import { TestbedError } from "../../../errors/errors.ts";
import { isAlive } from "../../host/process.ts";
import { registered } from "../../host/started-services.ts";
import { stackName } from "../../layers/address.ts";
import { hiddenBy, whyNot } from "../../plugin/kinds/k3s/k3s-host.ts";
import { provideK3s } from "../../toolchain/k3s/k3s.ts";
import { privateFolder } from "../../workspace/paths.ts";
import type { Target } from "../target.ts";
import { provideForCluster } from "./cluster-parts.ts";
import type { ClusterSite } from "./cluster-site.ts";
import { openOnCluster } from "./cluster-target.ts";
import { raiseFromHost } from "./pods/load-priority.ts";

const nodeOutputs = z.object({ kubeconfig: z.string(), pid: z.number(), startTime: z.string() });
const nodeStack = stackName({ layer: "node", target: "k3s" });

const hostSite: ClusterSite = {
  target: "k3s",
  async bringUp(stacks, signal) {
    // One that died is in the state all the same: so with a look at what is there.
    const { outputs, changed } = await stacks.up(nodeStack, { signal, refresh: true });
    const node = nodeOutputs.parse(outputs);
    return {
      kubeconfig: node.kubeconfig,
      ours: changed,
      isAlive: async () => isAlive(node),
      async disruptable() {
        const entry = registered().find(
          ({ pid, startTime }) => pid === node.pid && startTime === node.startTime,
        );
        if (entry?.traces === undefined) throw new Error("the node does not belong to this workspace");
        const kubeconfig = join(entry.traces.stateFolder, "kubeconfig.yaml");
        return { service: { target: "k3s", cluster: { kubeconfig, context: null } } };
      },
    };
  },
  takeDown: (stacks) => stacks.destroy(nodeStack),
  raise: raiseFromHost,
};

/** The paper's: a K3s node on this host, with the variants as deployments behind a service. */
export const k3sTarget: Target = {
  description: "a K3s node on this Linux host (root), each variant a deployment behind a service",
  overheadSeconds: { perDeployment: 23, perLoadJob: 16 },
  pods: true,
  notes: () => [
    "Generator pods, service and the node's own processes share this machine's cores; CPU requests reserve a part for each.",
    "Traffic between two pods crosses the node's bridge and the service address; traffic from this host crosses one more virtual link.",
  ],

  checkHost(cache) {
    const hidden = hiddenBy(cache);
    if (hidden !== null) {
      throw new TestbedError("missingPart", "the K3s node could not see its programs", {
        problems: [
          {
            path: "TESTBED_CACHE",
            expected: `a folder outside ${hidden}, where the node mounts its own`,
            got: cache,
          },
        ],
        hint: "Set TESTBED_CACHE to another folder; the contents of the old one can be moved there.",
      });
    }
    const reasons = whyNot({ stateRoot: join(privateFolder, "k3s") });
    if (reasons.length > 0) {
      throw new TestbedError("missingPart", "a K3s node cannot run on this host", {
        problems: reasons.map((got) => ({ path: "host", expected: "a host that can run a K3s node", got })),
        hint: "The target `process` needs none of this.",
      });
    }
  },

  async provide(context) {
    const k3s = await provideK3s(context);
    return provideForCluster(context, k3s.parts);
  },

  open: (context) => openOnCluster(hostSite, context),
};
