import { onnx } from "./onnx.ts";
import type { Variant } from "./variant.ts";

/** The runtime without its graph optimisation: what that is worth. */
export const onnxPlain: Variant = {
  ...onnx,
  description: "ONNX Runtime fp32 without graph optimisation, one worker with one thread, no batching",
  graph: "none",
};
