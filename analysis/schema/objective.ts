import { z } from "zod";

export const objectiveStates = ["met", "missed", "not shown"] as const;

/** An objective of the study on one variant under one scenario. */
export const objectiveResult = z.strictObject({
  /** Which of the study's. */
  index: z.int(),
  metric: z.string(),
  unit: z.string(),
  scenario: z.string(),
  variant: z.string(),
  direction: z.enum(["at most", "at least"]),
  limit: z.number(),
  /** Of the injections, which has to keep the limit; null where a value is judged. */
  injectionShare: z.number().nullable(),
  /** Of each end, one-sided. */
  confidence: z.number(),
  state: z.enum(objectiveStates),
  /** The value, or the share of injections that kept the limit; low and high each hold with the confidence. Null: not known. */
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.int(),
  of: z.enum(["trial", "injection"]),
  sentence: z.string(),
});
export type ObjectiveResult = z.infer<typeof objectiveResult>;
export type ObjectiveState = ObjectiveResult["state"];
