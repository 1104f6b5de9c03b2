import { int8Graph } from "./int8-graph.ts";
import type { Variant } from "./variant.ts";

/** A worker per core. */
export const int8Workers: Variant = {
  ...int8Graph,
  description: "int8, fewer fusions, two workers with one thread each, no batching",
  workers: 2,
};
