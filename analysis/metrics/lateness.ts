import { selectedQuantile } from "../statistics/quantile.ts";
import { quantileOf } from "./quantile-of.ts";

/**
 * Lateness of the generator: sent - scheduled. It is part of every response time, so this error never flatters the
 * service.
 */
export const latenessP99 = quantileOf(
  "lateness-p99",
  0.99,
  ({ latenessMs }, p) => selectedQuantile(latenessMs, p),
  false,
);
