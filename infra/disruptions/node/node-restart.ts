import type { Disruption } from "../disruption.ts";
import { nodeDisruption } from "./node-disruption.ts";

/** The machine reboots: all its processes, pods included, end at once. */
export const nodeRestart: Disruption = {
  ...nodeDisruption({
    description: "SIGKILL of everything on the node at once: K3s server, container runtime and pods",
    undoing: "the node's supervisor starts the server, the kubelet the pods; the host itself stays up",
    signal: "SIGKILL",
    which: ({ all }) => all,
    subject: ({ all }) => `${all.length} processes of the node and its pods`,
  }),
  endsContainers: true,
};
