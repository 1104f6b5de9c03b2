import { onnx } from "./onnx.ts";
import { fewerBits, type Variant } from "./variant.ts";

/** Dynamic quantisation on top of the runtime. */
export const onnxInt8: Variant = {
  ...onnx,
  description: "ONNX Runtime int8 (dynamic), one worker with one thread, no batching",
  runtime: "onnx-int8",
  tolerance: fewerBits,
};
