/** The variants by name. A new one is one file and one line here. */
import { baseline } from "./baseline.ts";
import { onnx } from "./onnx.ts";
import { onnxInt8 } from "./onnx-int8.ts";
import { optimized } from "./optimized.ts";
import type { Variant } from "./variant.ts";

export const variants = {
  baseline,
  onnx,
  "onnx-int8": onnxInt8,
  optimized,
} satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;

export function isVariant(name: string): name is VariantName {
  return Object.hasOwn(variants, name);
}

export { serviceEnvironment, serviceSettings, type Variant, variantSpec } from "./variant.ts";
