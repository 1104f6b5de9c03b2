import { int8Workers } from "./int8-workers.ts";
import type { Variant } from "./variant.ts";

/** One worker more than the cores of a small machine: what that costs. */
export const int8Workers3: Variant = {
  ...int8Workers,
  description: "int8, fewer fusions, three workers with one thread each, no batching",
  workers: 3,
};
