import { z } from "zod";
import { openEngine } from "../../docker/engine.ts";
import { type Chosen, type Disruption, subjectBase } from "../disruption.ts";
import { readyPods } from "../kubernetes-api.ts";
import type { K3sDockerService } from "../service-under-test.ts";
import { bringBack, nodeContainer, ownedNode, takeAway } from "./node-container.ts";

const settings = z.strictObject({ seconds: z.number().positive().max(600).default(10) });
const subject = subjectBase.extend({ node: nodeContainer });

/**
 * A machine loses power without warning: requests to it get no answer until their sender gives up, and the cluster
 * declares the node lost only after the control plane's grace period without a heartbeat (40 to 50 s).
 */
export const nodeLoss: Disruption<z.infer<typeof subject>> = {
  description: "removes one agent node that holds a pod of the service, for `seconds`",
  undoing: "reconnects and restarts the node's container; the kubelet starts its pods",
  settings,
  subject,
  leastNodes: 2,
  on: {
    async "k3s-docker"({ service, random }: Chosen<K3sDockerService>) {
      const pods = await readyPods(service);
      const heldBy = (name: string) => pods.filter(({ spec }) => spec?.nodeName === name).length;
      // The first is the server: with it would go the API that tells what happens.
      const holding = service.nodes.slice(1).filter(({ name }) => heldBy(name) > 0);
      if (holding.length === 0) throw new Error(`no agent node holds a ready pod of ${service.name}`);
      const { name, container } = holding[random.index(holding.length)]!;
      const node = await ownedNode(openEngine(), { name, container });
      if (node === null) throw new Error(`node ${name} has no running container`);
      return {
        subject: `node ${name} (container ${container.slice(0, 12)})`,
        // How many copies go with it is the scheduler's choice.
        mechanism: `network disconnected, then SIGKILL of the container with ${heldBy(name)} of ${pods.length} pods`,
        node,
      };
    },
  },
  lastsSeconds: (given) => settings.parse(given).seconds,
  inject: ({ node }) => takeAway(openEngine(), node),
  undo: ({ node }) => bringBack(openEngine(), node),
  endsContainers: true,
};
