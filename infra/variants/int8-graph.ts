import { onnxInt8 } from "./onnx-int8.ts";
import type { Variant } from "./variant.ts";

/** One fusion less: its kernel is slower than what it replaces. */
export const int8Graph: Variant = {
  ...onnxInt8,
  description: "int8 without the fusion of addition and layer normalisation, one worker with one thread",
  graph: "no-skip-layer-norm",
};
