import { optimized } from "./optimized.ts";
import type { Variant } from "./variant.ts";

/** Pinning as a factor: a thread that stays finds its part of the weights in its core's cache, and cannot step aside. */
export const pinnedStreams: Variant = {
  ...optimized,
  description: "as optimized, but each of the two streams is pinned to one core",
  batching: { ...optimized.batching!, pinned: true },
};
