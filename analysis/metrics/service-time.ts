import { selectedQuantile } from "../statistics/quantile.ts";
import { quantileOf } from "./quantile-of.ts";

/**
 * From the send to the complete answer: the service with its own queue and the network, without the generator's
 * lateness.
 */
export const serviceP50 = quantileOf(
  "service-p50",
  0.5,
  ({ serviceMs }, p) => selectedQuantile(serviceMs, p),
  true,
);
export const serviceP99 = quantileOf(
  "service-p99",
  0.99,
  ({ serviceMs }, p) => selectedQuantile(serviceMs, p),
  true,
);
