import { z } from "zod";
import { estimate, finding } from "../figures/figures.ts";

export const verdicts = ["faster", "slower", "equivalent", "inconclusive"] as const;
export type Verdict = (typeof verdicts)[number];

/** Two arms on one metric under one scenario: statistics.md points 3-7. */
export const comparison = z.strictObject({
  /** `steady/onnx-int8/p50`: the row that a claim links to. */
  id: z.string(),
  scenario: z.string(),
  metric: z.string(),
  unit: z.string(),
  baseline: z.string(),
  treatment: z.string(),
  /** `primary` rows form the Holm family; `secondary` are descriptive; `aa` is the baseline against itself. */
  role: z.enum(["primary", "secondary", "aa"]),
  /** True where a smaller value is better. */
  smallerIsBetter: z.boolean(),
  /** Complete pairs. */
  n: z.int(),
  pairs: z.array(
    z.strictObject({
      block: z.int(),
      baseline: z.number(),
      treatment: z.number(),
      /** Null where the baseline's value is 0: nothing is a multiple of nothing. */
      ratio: z.number().nullable(),
    }),
  ),
  /** treatment / baseline: Hodges-Lehmann with the Walsh-average interval; null where either side is saturated or n is too small. */
  ratio: estimate.nullable(),
  /** The same by the t interval on log ratios, a cross-check. */
  ratioT: estimate.nullable(),
  /** treatment - baseline in the metric's unit. */
  shift: estimate.nullable(),
  /** Share of trial pairs in which the treatment is the better one, ties half. */
  superiority: z.number().nullable(),
  /** Exact two-sided sign-flip permutation; null before the plan is complete. */
  p: z.number().nullable(),
  /** After Holm over the family; null for rows outside it. */
  pHolm: z.number().nullable(),
  /** What the pooled request-level tests would say: descriptive, never used. */
  naive: z.strictObject({ mannWhitneyP: z.number(), ksP: z.number(), requests: z.int() }).nullable(),
  /** Null where there is nothing to compare, or the plan is not complete; the sentence says which. */
  verdict: z.enum(verdicts).nullable(),
  /** The verdict in words with its figures: the only place a claim is made. */
  sentence: z.string(),
  findings: z.array(finding),
});
export type Comparison = z.infer<typeof comparison>;
