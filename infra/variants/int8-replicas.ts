import { onnxInt8 } from "./onnx-int8.ts";
import type { Variant } from "./variant.ts";

/** The gain of a second copy besides throughput: it answers while the other one is down. */
export const int8Replicas: Variant = {
  ...onnxInt8,
  description: "int8, one worker in each of two pods behind one address; only on targets with pods",
  replicas: 2,
};
