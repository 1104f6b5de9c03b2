import { int8Workers } from "./int8-workers.ts";
import type { Variant } from "./variant.ts";

/** As many again as the cores of a small machine. */
export const int8Workers4: Variant = {
  ...int8Workers,
  description: "int8, fewer fusions, four workers with one thread each, no batching",
  workers: 4,
};
