import { quantileOf } from "./quantile-of.ts";

/** Response time that 99 % of the requests stay within, from the scheduled instant. */
export const p99 = quantileOf("p99", 0.99, (window) => window.responseMs, true);
