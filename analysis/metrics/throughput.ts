import { type Metric, measured } from "./metric.ts";

/** Successful answers per second of the window; below capacity it is the offered rate, under overload the capacity. */
export const throughput: Metric = {
  name: "throughput",
  unit: "1/s",
  smallerIsBetter: false,
  growsWithQueue: false,
  measure: ({ completedOk, seconds }) => measured(completedOk / seconds, "1/s", completedOk),
};
