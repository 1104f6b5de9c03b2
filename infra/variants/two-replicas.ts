import { optimized } from "./optimized.ts";
import type { Variant } from "./variant.ts";

/** The cores of `optimized`, as two pods with one stream each behind one address instead of one pod with two. */
export const twoReplicas: Variant = {
  ...optimized,
  description:
    "as optimized, but two pods with one stream each behind one address; only on targets with pods",
  batching: { ...optimized.batching!, streams: 1 },
  replicas: 2,
};
