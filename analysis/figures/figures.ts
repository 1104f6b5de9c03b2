/** The building blocks of every result: a finding, and a number with its n, interval and level. */
import { z } from "zod";

/** A warning or an invalidity, carried by the result it qualifies. */
export const finding = z.strictObject({
  /** `invalid` takes the trial out of the tables; `warning` qualifies a number; `note` a reader should know. */
  severity: z.enum(["invalid", "warning", "note"]),
  /** Stable name, kebab-case: `generator-late`, `connection-skew`, `too-few-blocks` ... */
  code: z.string(),
  /** What was found, with the measured figure and its limit. */
  message: z.string(),
  /** What to try; may be empty. */
  advice: z.string(),
});
export type Finding = z.infer<typeof finding>;

/** A point with its two-sided confidence interval over `n` trials or blocks. */
export const estimate = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** Achieved coverage, for example 0.9609 of a Walsh-average interval. */
  level: z.number(),
  n: z.int(),
});
export type Estimate = z.infer<typeof estimate>;
