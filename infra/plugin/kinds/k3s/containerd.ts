/** The socket of a K3s node's own container runtime, and the namespace of its pods' images. */
const socket = "/run/k3s/containerd/containerd.sock";

/** As this machine sees it: the node's root, as the kernel shows it for each of its processes. */
export function socketOf(nodePid: number): string {
  return `/proc/${nodePid}/root${socket}`;
}

/** Of `ctr`, before its command. @param address default: as the node itself sees it */
export function ctrOptions(address = socket): readonly string[] {
  return ["--address", address, "--namespace", "k8s.io"];
}
