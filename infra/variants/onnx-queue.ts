import { optimized } from "./optimized.ts";
import { sameArithmetic, type Variant } from "./variant.ts";

/** What `optimized` is worth without giving up a bit: every answer stays. */
export const onnxQueue: Variant = {
  ...optimized,
  description:
    "ONNX Runtime fp32, one worker with two streams on one queue, runs of up to 32 of similar length",
  runtime: "onnx",
  tolerance: sameArithmetic,
};
