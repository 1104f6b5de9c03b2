import { int8Threads } from "./int8-threads.ts";
import type { Variant } from "./variant.ts";

/** A run is a hundred short products: a thread that sleeps after each is woken as often, which costs what it saves. */
export const int8ThreadsSpin: Variant = {
  ...int8Threads,
  description: "as int8-threads, but each thread spins while it waits for the other",
  spinning: true,
};
