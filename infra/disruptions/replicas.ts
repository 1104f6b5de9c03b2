/** One copy of the service with its processes as this machine sees them: the managed process, or one of the pods. */

import { type OwnedProcess, type OwnershipMark, processesOf } from "../host/process-ownership.ts";
import type { Chosen } from "./disruption.ts";
import type { K3sDockerService, K3sService, ProcessService } from "./service-under-test.ts";

export interface Replica {
  /** Empty where there is only one. */
  readonly name: string;
  readonly mark: OwnershipMark;
  /** At least one of them serves. */
  readonly processes: readonly OwnedProcess[];
}

/** Whose processes are on this machine. */
export type LocalService = ProcessService | K3sService | K3sDockerService;

/** Those that serve: the workers, or the server where it has none. */
export function servingIn(processes: readonly OwnedProcess[]): readonly OwnedProcess[] {
  const workers = processes.filter(({ role }) => role === "worker");
  return workers.length > 0 ? workers : processes.filter(({ role }) => role === "server");
}

/** @throws Error where no process of it serves at this moment */
export async function replicaToDisrupt({
  service,
  random,
}: Pick<Chosen<LocalService>, "service" | "random">) {
  const replicas =
    service.target === "process" ? [processReplica(service.token)] : await podReplicas(service);
  const able = replicas.filter(({ processes }) => servingIn(processes).length > 0);
  if (able.length === 0) throw new Error(`${service.name} has no running serving process`);
  return able[random.index(able.length)]!;
}

function processReplica(token: string): Replica {
  return { name: "", mark: { token }, processes: processesOf({ token }) };
}

/** The node runs on this machine, so its pods' processes are here, each in its pod's control group. So it is with nodes
 * in containers, unless the engine has its containers on another machine, or a virtual one. */
async function podReplicas(service: K3sService | K3sDockerService): Promise<readonly Replica[]> {
  const { owned, readyPods } = await import("./kubernetes-api.ts");
  return (await readyPods(service)).map((pod) => {
    const { name, uid: podUid } = owned(service, "pod", pod);
    return { name, mark: { podUid }, processes: processesOf({ podUid }) };
  });
}
