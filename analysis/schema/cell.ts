import { z } from "zod";
import { estimate, finding } from "../figures/figures.ts";
import { arms } from "./results-folder.ts";

/** A variant under a scenario, over all its blocks. */
export const cellResult = z.strictObject({
  variant: z.string(),
  arm: z.enum(arms),
  scenario: z.string(),
  /** valid + invalid + absent = planned; saturated ones are among the valid, absent ones have no samples to measure. */
  trials: z.strictObject({
    planned: z.int(),
    valid: z.int(),
    invalid: z.int(),
    saturated: z.int(),
    absent: z.int(),
  }),
  /**
   * By metric: geometric mean over valid trials with its t interval on logs (a share: of all requests, with the interval of share-interval.ts); null
   * where it is not estimable.
   */
  metrics: z.record(
    z.string(),
    z.strictObject({ estimate: estimate.nullable(), unit: z.string(), why: z.string() }),
  ),
  /**
   * Response-time percentiles of the pooled valid trials, descriptive, for the pictures; failures count as +infinity (null).
   * low, high and level: of the percentile of a typical trial, by order statistics over trials; null where there is no band.
   */
  curve: z.array(
    z.strictObject({
      p: z.number(),
      ms: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      level: z.number().nullable(),
    }),
  ),
  pooled: z.int(),
  /**
   * Means over valid trials by time since the trial's start, warm-up included; responseMs is the mean of the bins' medians,
   * by scheduled instant. Of a disrupted scenario the first block alone: each block is disrupted at other instants, and
   * their mean would show none.
   */
  series: z.array(
    z.strictObject({
      atSeconds: z.number(),
      offeredPerSecond: z.number(),
      completedPerSecond: z.number(),
      inFlight: z.number(),
      responseMs: z.number().nullable(),
    }),
  ),
  findings: z.array(finding),
});
export type CellResult = z.infer<typeof cellResult>;
