import { quantile } from "../statistics/quantile.ts";
import { quantileOf } from "./quantile-of.ts";

/** The response time within which 50 % of the requests are answered, from the scheduled instant. */
export const p50 = quantileOf("p50", 0.5, ({ responseMs }, p) => quantile(responseMs, p), true);
