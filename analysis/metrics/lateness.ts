import { selectedQuantile } from "../statistics/quantile.ts";
import { quantileOf } from "./quantile-of.ts";

/** How late the generator sent: sent - scheduled. Part of every response time, so an error that never flatters. */
export const latenessP99 = quantileOf(
  "lateness-p99",
  0.99,
  ({ latenessMs }, p) => selectedQuantile(latenessMs, p),
  false,
);
