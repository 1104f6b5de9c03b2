import { int8Graph } from "./int8-graph.ts";
import type { Variant } from "./variant.ts";

/** The second core given to one inference instead of a second worker. */
export const int8Threads: Variant = {
  ...int8Graph,
  description: "int8, fewer fusions, one worker with two threads, no batching",
  threads: 2,
};
