import { type Arrival, firstThen } from "./arrival.ts";

/**
 * Gamma arrivals: gaps ~ Gamma(shape k, scale theta), mean 1/rate.
 *
 *   k = 1/cv^2   theta = cv^2/rate      cv = 1: Poisson process;  cv > 1: bursts
 *
 * Sampled by Marsaglia-Tsang (2000); k < 1 boosted by U^(1/k). The residual life of the first gap is a uniform share
 * of a length-biased gap, which is Gamma(k + 1, theta).
 */
export const gamma: Arrival<{ readonly kind: "gamma"; readonly cv: number }> = {
  law: "gamma: gaps ~ Gamma(shape 1/cv^2, scale cv^2/rate); cv < 1 smoother than Poisson, cv > 1 in bursts",
  describe: ({ cv }) => `gamma, cv ${figure(cv)} (shape ${figure(1 / cv ** 2)})`,
  cv: ({ cv }) => cv,
  gaps({ cv }, ratePerSecond, random) {
    const shape = 1 / (cv * cv);
    const scale = (cv * cv) / ratePerSecond;
    return firstThen(
      () => random.uniform() * random.gamma(shape + 1) * scale,
      () => random.gamma(shape) * scale,
    );
  },
};

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
