import { quantile } from "../statistics/quantile.ts";
import { quantileOf } from "./quantile-of.ts";

/** Response time that 50 % of the requests stay within, from the scheduled instant. */
export const p50 = quantileOf("p50", 0.5, ({ responseMs }, p) => quantile(responseMs, p), true);
