import { onnxInt8 } from "./onnx-int8.ts";
import type { Variant } from "./variant.ts";

/** What a restart policy buys: nothing until the server ends. */
export const supervised: Variant = {
  ...onnxInt8,
  description: "int8, one worker, a supervisor restarts its server whenever it ends",
  supervised: true,
};
