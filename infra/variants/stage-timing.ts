import { optimized } from "./optimized.ts";
import type { Variant } from "./variant.ts";

/** What it costs to tell the stages of every request: compare with `optimized`. */
export const stageTiming: Variant = {
  ...optimized,
  description: "as optimized, but each answer reports the time of its stages",
  stages: true,
};
