import type { Variant } from "./variant.ts";

/** The runtime changed and nothing else. */
export const onnx: Variant = {
  description: "ONNX Runtime fp32, one worker with one thread, no batching",
  runtime: "onnx",
  workers: 1,
  threads: 1,
  batching: null,
};
