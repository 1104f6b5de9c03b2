/** The disruptions by name. A new one is one file and one line here. */
import type { DisruptionSpec } from "../../workloads/spec.ts";
import { containerOom } from "./container-oom.ts";
import { containerdKill } from "./containerd-kill.ts";
import { cpuPressure } from "./cpu-pressure.ts";
import type { Disruption } from "./disruption.ts";
import { hang } from "./hang.ts";
import { imageMissing } from "./image-missing.ts";
import { k3sRestart } from "./k3s-restart.ts";
import { networkDelay } from "./network-delay.ts";
import { networkLoss } from "./network-loss.ts";
import { networkPartition } from "./network-partition.ts";
import { noOp } from "./no-op.ts";
import { nodeLoss } from "./node-loss.ts";
import { nodeRestart } from "./node-restart.ts";
import { podDelete } from "./pod-delete.ts";
import { replicaSetDelete } from "./replicaset-delete.ts";
import { rolloutRecreate } from "./rollout-recreate.ts";
import { rolloutRolling } from "./rollout-rolling.ts";
import { scaleDown } from "./scale-down.ts";
import { serverKill } from "./server-kill.ts";
import { workerKill } from "./worker-kill.ts";

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
