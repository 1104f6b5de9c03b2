import { quantileOf } from "./quantile-of.ts";

/** Response time that 95 % of the requests stay within, from the scheduled instant. */
export const p95 = quantileOf("p95", 0.95, (window) => window.responseMs, true);
