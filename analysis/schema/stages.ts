import { z } from "zod";
import { estimate } from "../figures/figures.ts";
import { arms } from "./results-folder.ts";

/** Where the time of a variant's requests went under a scenario, part by part: see stages.ts. */
export const stageCell = z.strictObject({
  variant: z.string(),
  arm: z.enum(arms),
  scenario: z.string(),
  /** Successes that told their stages, and that did not, over the trials used. */
  requests: z.int(),
  silent: z.int(),
  runTexts: estimate.nullable(),
  /** Milliseconds; means add up to that of `response`, quantiles do not. Null where `why` says so, or too few for a quantile. */
  parts: z.array(
    z.strictObject({
      part: z.string(),
      mean: estimate.nullable(),
      p50: estimate.nullable(),
      p99: estimate.nullable(),
    }),
  ),
  /** Share of the mean response time that no named stage accounts for. */
  unnamed: estimate.nullable(),
  why: z.string(),
});
export type StageCell = z.infer<typeof stageCell>;
