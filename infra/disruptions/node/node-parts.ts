/** The processes of the K3s node of this host, by their role; all are in the node's control group. */
import { readFileSync } from "node:fs";
import { type OwnedProcess, type OwnershipMark, processesOf } from "../../host/process-ownership.ts";
import { registered } from "../../host/started-services.ts";
import type { K3sService } from "../service-under-test.ts";

export interface NodeParts {
  readonly mark: OwnershipMark;
  /** API server, scheduler, controllers, kubelet and proxy, in one process. */
  readonly server: OwnedProcess;
  readonly containerd: OwnedProcess;
  /** Pods too; all but what starts the server again. */
  readonly all: readonly OwnedProcess[];
}

/** @throws Error where the node, its server or its container runtime is not there at this moment */
export function partsOfNode({ cluster }: Pick<K3sService, "cluster">): NodeParts {
  const node = registered().find(
    ({ traces }) => traces !== undefined && cluster.kubeconfig.startsWith(`${traces.stateFolder}/`),
  );
  if (node?.traces === undefined) throw new Error("the node does not belong to this workspace");
  const mark = { controlGroup: node.traces.controlGroup };
  const all = processesOf(mark).filter(({ role }) => role !== "supervisor");
  const named = (pattern: RegExp) => all.find(({ pid }) => pattern.test(commOf(pid)));
  const server = named(/^k3s/);
  const containerd = named(/^containerd$/);
  if (server === undefined) throw new Error("no K3s server is running on the node");
  if (containerd === undefined) throw new Error("no container runtime is running on the node");
  return { mark, server, containerd, all };
}

function commOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}
