import jstat from "jstat";
import { z } from "zod";
import { exactExp, exactLog } from "../random/exact-math.ts";
import { figure, renewal } from "./arrival.ts";

/**
 * Lognormal arrivals: ln(gap) ~ Normal(mu, sigma^2), mean exp(mu + sigma^2/2) = 1/rate.
 *
 *   sigma^2 = ln(1 + cv^2)
 *
 * The length-biased gap is lognormal too, with mu + sigma^2 in place of mu.
 */
export const lognormal = renewal({
  law: "lognormal: ln(gap) ~ Normal(mu, sigma^2), sigma^2 = ln(1 + cv^2), mu from the rate",
  schema: z.strictObject({ kind: z.literal("lognormal"), cv: z.number().positive().max(16) }),
  describe: ({ cv }) => `lognormal, cv ${figure(cv)} (sigma ${figure(Math.sqrt(variance(cv)))})`,
  cv: ({ cv }) => cv,
  gap: ({ cv }, random) => exactExp(deviation(cv, random.normal()) - variance(cv) / 2),
  residual: ({ cv }, random) =>
    random.uniform() * exactExp(deviation(cv, random.normal()) + variance(cv) / 2),
  cdf: ({ cv }, x) =>
    x <= 0 ? 0 : jstat.jStat.normal.cdf(Math.log(x), -variance(cv) / 2, Math.sqrt(variance(cv))),
});

function variance(cv: number): number {
  return exactLog(1 + cv * cv);
}

function deviation(cv: number, normal: number): number {
  return Math.sqrt(variance(cv)) * normal;
}
