import type { Variant } from "./variant.ts";

/** Dynamic quantisation on top of the runtime. */
export const onnxInt8: Variant = {
  description: "ONNX Runtime int8 (dynamic), one worker with one thread, no batching",
  runtime: "onnx-int8",
  workers: 1,
  threads: 1,
  batching: null,
};
