import { optimized } from "./optimized.ts";
import type { Variant } from "./variant.ts";

/** What it costs to tell the stages of every request: compare with `optimized`. */
export const stageTiming: Variant = {
  ...optimized,
  description: "as optimized, each answer telling its stages",
  stages: true,
};
