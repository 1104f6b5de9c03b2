import { z } from "zod";
import { exactExp, exactLog, exactLogGamma } from "../random/exact-math.ts";
import { figure, renewal } from "./arrival.ts";

/**
 * Weibull arrivals: P(gap > x) = exp(-(x / b)^k), mean b Gamma(1 + 1/k) = 1/rate.
 *
 *   cv^2 = Gamma(1 + 2/k) / Gamma(1 + 1/k)^2 - 1      k = 1: Poisson process;  k < 1: bursts with a heavier tail than
 *                                                     gamma of the same cv
 *
 * Sampled by inversion, b (-ln U)^(1/k). The length-biased gap is b G^(1/k) with G ~ Gamma(1 + 1/k).
 */
export const weibull = renewal({
  law: "weibull: P(gap > x) = exp(-(x/b)^shape), b from the rate; shape 1: Poisson, shape < 1: bursts, heavy tail",
  schema: z.strictObject({ kind: z.literal("weibull"), shape: z.number().min(0.2).max(100) }),
  describe: ({ shape }) => `Weibull, shape ${figure(shape)} (cv ${figure(cvOf(shape))})`,
  cv: ({ shape }) => cvOf(shape),
  gap: ({ shape }, random) => scaleOf(shape) * power(random.exponential(), 1 / shape),
  residual: ({ shape }, random) =>
    random.uniform() * scaleOf(shape) * power(random.gamma(1 + 1 / shape), 1 / shape),
  cdf: ({ shape }, x) => (x <= 0 ? 0 : -Math.expm1(-((x / scaleOf(shape)) ** shape))),
});

/** b for a mean of 1. */
function scaleOf(shape: number): number {
  return exactExp(-exactLogGamma(1 + 1 / shape));
}

function cvOf(shape: number): number {
  return Math.sqrt(Math.expm1(exactLogGamma(1 + 2 / shape) - 2 * exactLogGamma(1 + 1 / shape)));
}

function power(base: number, exponent: number): number {
  return exactExp(exactLog(base) * exponent);
}
