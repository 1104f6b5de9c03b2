import { int8Threads } from "./int8-threads.ts";
import type { Variant } from "./variant.ts";

/** The effect of too many threads: two workers of two threads each. */
export const int8WorkersThreads: Variant = {
  ...int8Threads,
  description: "int8, fewer fusions, two workers with two threads each, no batching",
  workers: 2,
};
