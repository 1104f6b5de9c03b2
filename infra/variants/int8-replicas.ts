import { onnxInt8 } from "./onnx-int8.ts";
import type { Variant } from "./variant.ts";

/** What a second copy buys besides throughput: somebody answers while the other one is away. */
export const int8Replicas: Variant = {
  ...onnxInt8,
  description: "int8, one worker in each of two pods behind one address; only on targets with pods",
  replicas: 2,
};
