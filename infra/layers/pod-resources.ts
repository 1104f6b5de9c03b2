/** What a variant's pod may use and what is kept for it. */
import type { Variant } from "../variants/index.ts";

/** Resident size of one worker as measured with the paper's model, and room for the largest batches, MiB. */
const workerMebibytes = {
  torch: 1800,
  "torch-bf16": 1800,
  "torch-per-call": 2400,
  onnx: 1800,
  "onnx-int8": 1200,
} as const satisfies Record<Variant["runtime"], number>;
const supervisorMebibytes = 300;
/** The rest is for the load's pods and the node's own processes, which run on the same cores. */
const requestedShare = 0.5;

export function replicasOf({ replicas = 1 }: Pick<Variant, "replicas">): number {
  return replicas;
}

/** The limit is what the variant's inference threads can use; a limit below it would measure the throttle. */
export function podResources({
  runtime,
  workers,
  threads,
  batching,
}: Pick<Variant, "runtime" | "workers" | "threads" | "batching">) {
  const cores = workers * threads * (batching?.streams ?? 1);
  const mebibytes = supervisorMebibytes + workers * workerMebibytes[runtime];
  return {
    limits: { cpu: String(cores), memory: `${mebibytes}Mi` },
    requests: {
      cpu: `${Math.round(cores * requestedShare * 1000)}m`,
      memory: `${Math.round(mebibytes * requestedShare)}Mi`,
    },
  };
}
