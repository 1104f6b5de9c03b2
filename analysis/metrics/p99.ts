import { quantile } from "../statistics/quantile.ts";
import { quantileOf } from "./quantile-of.ts";

/** The response time within which 99 % of the requests are answered, from the scheduled instant. */
export const p99 = quantileOf("p99", 0.99, ({ responseMs }, p) => quantile(responseMs, p), true);
