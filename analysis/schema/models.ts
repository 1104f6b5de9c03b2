/** Schemas of the results beside the comparisons: variance, predictions, scaling, ablation steps. */
import { z } from "zod";
import { estimate } from "../figures/figures.ts";

/** Variance of log metric within a cell, split into between-trial and within-trial (request sampling) parts. */
export const varianceComponent = z.strictObject({
  variant: z.string(),
  scenario: z.string(),
  metric: z.string(),
  /** Standard deviations on the log scale, so 0.05 is about 5 %. */
  betweenTrials: z.number().nullable(),
  withinTrial: z.number().nullable(),
  n: z.int(),
});

/** A queueing model's figure for a cell beside the measured one. */
export const modelPrediction = z.strictObject({
  /** `steady/baseline/lindley/p50`. */
  id: z.string(),
  model: z.string(),
  /** The law with its symbols and source. */
  law: z.string(),
  /** How wrong the model is known to be, and when. */
  error: z.string(),
  variant: z.string(),
  scenario: z.string(),
  metric: z.string(),
  unit: z.string(),
  /** Null where the model does not apply; `why` then says so. */
  predicted: z.number().nullable(),
  measured: estimate.nullable(),
  /** measured / predicted, with the interval of the measured one. */
  ratio: estimate.nullable(),
  /** Requests that found the service idle: what the model knows of it. */
  serviceRequests: z.int(),
  why: z.string(),
});

/** Variants that differ by their number of workers or replicas alone, under one scenario. */
export const scalingResult = z.strictObject({
  /** `intense/one+two+four`. */
  id: z.string(),
  scenario: z.string(),
  law: z.string(),
  points: z.array(
    z.strictObject({
      variant: z.string(),
      /** Workers over all replicas. */
      units: z.int(),
      replicas: z.int(),
      /** Under overload, answers per second; null where too few blocks had all sizes overloaded. */
      throughput: estimate.nullable(),
      /** Over the smallest, paired by block; null for the smallest itself. */
      speedup: estimate.nullable(),
    }),
  ),
  /** In which every size was overloaded. */
  blocks: z.int(),
  /** lambda, sigma and kappa of the law; null for fewer than three sizes. */
  perUnit: estimate.nullable(),
  contention: estimate.nullable(),
  coherency: estimate.nullable(),
  /** Units beyond which more do less; null where kappa is not above 0 beyond doubt. */
  peakUnits: z.number().nullable(),
  why: z.string(),
});

/** One step of a ladder of variants: see compare/ablation-steps.ts. */
export const ladderStep = z.strictObject({
  scenario: z.string(),
  metric: z.string(),
  unit: z.string(),
  from: z.string(),
  to: z.string(),
  /** to / from, paired by block; null under overload, or for fewer than four blocks. */
  ratio: estimate.nullable(),
  /** Of the whole way from the baseline to the last variant, on the log scale. */
  share: z.number().nullable(),
  n: z.int(),
});
export type LadderStep = z.infer<typeof ladderStep>;
