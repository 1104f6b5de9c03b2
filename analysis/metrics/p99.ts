import { quantile } from "../statistics/quantile.ts";
import { quantileOf } from "./quantile-of.ts";

/** Response time that 99 % of the requests stay within, from the scheduled instant. */
export const p99 = quantileOf("p99", 0.99, ({ responseMs }, p) => quantile(responseMs, p), true);
