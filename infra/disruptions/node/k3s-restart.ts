import { nodeDisruption } from "./node-disruption.ts";

/** An upgrade of the control plane: the API is unavailable, running pods continue. */
export const k3sRestart = nodeDisruption({
  description:
    "SIGTERM to the node's K3s server: API server, scheduler, controllers, kubelet and proxy at once",
  undoing: "the node's supervisor starts it; pods keep running",
  signal: "SIGTERM",
  which: ({ server }) => [server],
  subject: ({ server }) => `K3s server ${server.pid}`,
});
