/** The disruptions by name. To add one: one file and one line here. */
import type { DisruptionSpec } from "../../workloads/spec/spec.ts";
import type { Disruption } from "./disruption.ts";
import { noOp } from "./no-op.ts";
import { containerdKill } from "./node/containerd-kill.ts";
import { k3sRestart } from "./node/k3s-restart.ts";
import { nodeLoss } from "./node/node-loss.ts";
import { nodeRestart } from "./node/node-restart.ts";
import { networkDelay } from "./path/network-delay.ts";
import { networkLoss } from "./path/network-loss.ts";
import { networkPartition } from "./path/network-partition.ts";
import { containerOom } from "./pod/container-oom.ts";
import { imageMissing } from "./pod/image-missing.ts";
import { podDelete } from "./pod/pod-delete.ts";
import { replicaSetDelete } from "./pod/replicaset-delete.ts";
import { rolloutRecreate } from "./pod/rollout-recreate.ts";
import { rolloutRolling } from "./pod/rollout-rolling.ts";
import { scaleDown } from "./pod/scale-down.ts";
import { cpuPressure } from "./process/cpu-pressure.ts";
import { hang } from "./process/hang.ts";
import { serverKill } from "./process/server-kill.ts";
import { workerKill } from "./process/worker-kill.ts";

export const disruptions = {
  "no-op": noOp,
  "worker-kill": workerKill,
  "server-kill": serverKill,
  hang,
  "pod-delete": podDelete,
  "replicaset-delete": replicaSetDelete,
  "rollout-rolling": rolloutRolling,
  "rollout-recreate": rolloutRecreate,
  "scale-down": scaleDown,
  "container-oom": containerOom,
  "image-missing": imageMissing,
  "k3s-restart": k3sRestart,
  "containerd-kill": containerdKill,
  "node-restart": nodeRestart,
  "node-loss": nodeLoss,
  "cpu-pressure": cpuPressure,
  "network-delay": networkDelay,
  "network-loss": networkLoss,
  "network-partition": networkPartition,
} satisfies Record<string, Disruption>;

/** @param spec of a study that was checked: its kind is one of the record's */
export function disruptionOf({ kind }: Pick<DisruptionSpec, "kind">): Disruption {
  return disruptions[kind as keyof typeof disruptions];
}

export type { Disruption } from "./disruption.ts";
