/**
 * Every variant as a queue with a computable law. The shape is the variant's own (workers and replicas are servers,
 * batching is batch service); the service times are chosen round numbers in the order of the runtimes, and describe no
 * machine.
 */
import type { Settings } from "../services/definition/setting.ts";
import type { QueueSpec } from "./queue.ts";

/** Service of one text alone, in ms. */
const aloneMs: Readonly<Record<string, number>> = {
  "torch-per-call": 400,
  torch: 40,
  "torch-bf16": 30,
  onnx: 20,
  "onnx-int8": 10,
};
/** Of that, what a batch pays once, however many texts it holds. */
const onceOfBatch = 0.5;

/** Only the first thread counts: the law must be computable from the settings. */
export function lawOf({ runtime, workers, replicas, batching, streams, batchMaxSize }: Settings): QueueSpec {
  const ms = aloneMs[String(runtime)]!;
  const batches = batching !== "off";
  const servers = Number(workers) * Number(replicas) * (batches ? Number(streams) : 1);
  if (!batches) return { service: { kind: "constant", ms }, servers };
  const fixedMs = ms * onceOfBatch;
  return {
    service: { kind: "batch", fixedMs, perItemMs: ms - fixedMs, most: Number(batchMaxSize) },
    servers,
  };
}

/** `1 server, 40 ms of service (constant)` */
export function lawText({ service, servers }: QueueSpec): string {
  const who = `${servers} server${servers === 1 ? "" : "s"}`;
  if (service.kind === "constant") return `${who}, ${service.ms} ms of service (constant)`;
  if (service.kind === "exponential")
    return `${who}, ${service.meanMs} ms of service on average (exponential)`;
  return `${who}, a batch of n <= ${service.most} takes ${service.fixedMs} ms + n x ${service.perItemMs} ms`;
}
