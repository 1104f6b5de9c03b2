import { quantile } from "../statistics/quantile.ts";
import { quantileOf } from "./quantile-of.ts";

/** The response time within which 95 % of the requests are answered, from the scheduled instant. */
export const p95 = quantileOf("p95", 0.95, ({ responseMs }, p) => quantile(responseMs, p), true);
