import jstat from "jstat";
import { z } from "zod";
import { figure, renewal } from "./arrival.ts";

const most = 16;

/**
 * Gamma arrivals: gaps ~ Gamma(shape k, scale theta), mean 1/rate. Given by cv or by shape, never both.
 *
 *   k = 1/cv^2   theta = cv^2/rate      cv = 1: Poisson process;  cv > 1: bursts
 *
 * Sampled by Marsaglia-Tsang (2000); k < 1 boosted by U^(1/k). The residual life of the first gap is a uniform share
 * of a length-biased gap, which is Gamma(k + 1, theta).
 */
export const gamma = renewal({
  law: "gamma: gaps ~ Gamma(shape k = 1/cv^2, scale cv^2/rate), by cv or shape; cv > 1: bursts",
  schema: z
    .strictObject({
      kind: z.literal("gamma"),
      cv: z.number().positive().max(most).optional(),
      shape: z
        .number()
        .min(1 / most ** 2)
        .max(1e6)
        .optional(),
    })
    .refine(({ cv, shape }) => cv !== undefined || shape !== undefined, { message: "a cv or a shape" })
    .refine(
      ({ cv, shape }) => cv === undefined || shape === undefined || Math.abs(cv * cv * shape - 1) < 1e-9,
      { message: "cv or shape, not two that contradict each other" },
    )
    // Readers of a study need not ask which of the two was given.
    .transform(({ kind, cv, shape }) => ({
      kind,
      cv: cv ?? 1 / Math.sqrt(shape!),
      ...(shape === undefined ? {} : { shape }),
    })),
  describe: (spec) => `gamma, cv ${figure(spec.cv)} (shape ${figure(shapeOf(spec))})`,
  cv: ({ cv }) => cv,
  gap: (spec, random) => random.gamma(shapeOf(spec)) / shapeOf(spec),
  residual: (spec, random) => (random.uniform() * random.gamma(shapeOf(spec) + 1)) / shapeOf(spec),
  cdf: (spec, x) => (x <= 0 ? 0 : jstat.jStat.gamma.cdf(x, shapeOf(spec), 1 / shapeOf(spec))),
});

function shapeOf({ cv, shape }: { readonly cv: number; readonly shape?: number | undefined }): number {
  return shape ?? 1 / (cv * cv);
}
