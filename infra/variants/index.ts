/** The variants by name. A new one is one file and one line here. */
import { adaptiveBatching } from "./adaptive-batching.ts";
import { baseline } from "./baseline.ts";
import { bf16Queue } from "./bf16-queue.ts";
import { direct } from "./direct.ts";
import { eagerLiveness } from "./eager-liveness.ts";
import { eagerReadiness } from "./eager-readiness.ts";
import { int8Graph } from "./int8-graph.ts";
import { int8Replicas } from "./int8-replicas.ts";
import { int8Threads } from "./int8-threads.ts";
import { int8ThreadsSpin } from "./int8-threads-spin.ts";
import { int8Workers } from "./int8-workers.ts";
import { int8Workers3 } from "./int8-workers-3.ts";
import { int8Workers4 } from "./int8-workers-4.ts";
import { int8WorkersThreads } from "./int8-workers-threads.ts";
import { lengthBuckets } from "./length-buckets.ts";
import { localVariants } from "./local.ts";
import { modelPerCall } from "./model-per-call.ts";
import { noPreStop } from "./no-pre-stop.ts";
import { onnx } from "./onnx.ts";
import { onnxInt8 } from "./onnx-int8.ts";
import { onnxPlain } from "./onnx-plain.ts";
import { onnxQueue } from "./onnx-queue.ts";
import { optimized } from "./optimized.ts";
import { pinnedStreams } from "./pinned-streams.ts";
import { queueArrival } from "./queue-arrival.ts";
import { queueLength } from "./queue-length.ts";
import { stageTiming } from "./stage-timing.ts";
import { supervised } from "./supervised.ts";
import { torchBf16 } from "./torch-bf16.ts";
import { torchThreads } from "./torch-threads.ts";
import { twoReplicas } from "./two-replicas.ts";
import type { Variant } from "./variant.ts";

const room = {
  baseline,
  "model-per-call": modelPerCall,
  "torch-threads": torchThreads,
  "torch-bf16": torchBf16,
  "onnx-plain": onnxPlain,
  onnx,
  "onnx-int8": onnxInt8,
  "int8-graph": int8Graph,
  "int8-workers": int8Workers,
  "int8-workers-3": int8Workers3,
  "int8-workers-4": int8Workers4,
  "int8-threads": int8Threads,
  "int8-threads-spin": int8ThreadsSpin,
  "int8-workers-threads": int8WorkersThreads,
  "int8-replicas": int8Replicas,
  "eager-readiness": eagerReadiness,
  "eager-liveness": eagerLiveness,
  "no-pre-stop": noPreStop,
  "adaptive-batching": adaptiveBatching,
  "length-buckets": lengthBuckets,
  direct,
  "queue-arrival": queueArrival,
  "queue-length": queueLength,
  optimized,
  "onnx-queue": onnxQueue,
  "bf16-queue": bf16Queue,
  "pinned-streams": pinnedStreams,
  "stage-timing": stageTiming,
  supervised,
  "two-replicas": twoReplicas,
} satisfies Record<string, Variant>;

/** And this workspace's own: local.ts. */
export const variants: typeof room = { ...localVariants(), ...room };

export type VariantName = keyof typeof variants;

export function isVariant(name: string): name is VariantName {
  return Object.hasOwn(variants, name);
}

export { isLocalName, type LocalFile, localFile, localPath } from "./local.ts";
export { type Variant, variantSpec } from "./variant.ts";
