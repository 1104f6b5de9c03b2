/** A limit that a service has to keep, as data of a study. What the trials show of it is judged in analysis/objectives. */
import { z } from "zod";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, "lower-case letters, digits and dashes");
const limit = z.number().min(0).finite();

export const objectiveSpec = z
  .strictObject({
    /** Of a trial (`p99`, `error-share`, `goodput`), or of an injection (`time-to-sustained`, `lost-requests`). */
    metric: name,
    /** In the metric's unit: ms, requests per second, requests, or a share from 0 to 1. One of the two limits. */
    atMost: limit.optional(),
    atLeast: limit.optional(),
    /** Left out: the baseline and every variant. */
    variants: z.array(name).min(1).max(33).optional(),
    /** Left out: every scenario that the metric is of: with a disruption for an injection, without one for a trial. */
    scenarios: z.array(name).min(1).max(32).optional(),
    /** Of an injection's measure: the share of all injections that has to keep the limit. Left out: their median has to. */
    injectionShare: z.number().gt(0).lt(1).optional(),
    /** Of each judgement, one-sided: with an objective that is just not kept, `met` is said with one minus this at most. */
    confidence: z.number().gte(0.5).lt(1).default(0.95),
  })
  .refine(({ atMost, atLeast }) => (atMost === undefined) !== (atLeast === undefined), {
    message: "atMost or atLeast, one of the two",
  });
export type ObjectiveSpec = z.infer<typeof objectiveSpec>;
