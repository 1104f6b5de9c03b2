import { baseline } from "./baseline.ts";
import type { Variant } from "./variant.ts";

/** The runtime changed and nothing else. */
export const onnx: Variant = {
  ...baseline,
  description: "ONNX Runtime fp32, one worker with one thread, no batching",
  runtime: "onnx",
};
