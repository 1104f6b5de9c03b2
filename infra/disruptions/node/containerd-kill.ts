import { nodeDisruption } from "./node-disruption.ts";

/** The container runtime crashes; the containers that it started keep running. */
export const containerdKill = nodeDisruption({
  description: "SIGKILL of the node's container runtime; the K3s server ends with it",
  undoing: "the node's supervisor starts both; pods keep running",
  signal: "SIGKILL",
  which: ({ containerd }) => [containerd],
  subject: ({ containerd }) => `containerd ${containerd.pid}`,
});
