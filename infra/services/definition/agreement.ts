/** The allowed difference between a variant's answers and the baseline's to the same requests, as data. */
import { z } from "zod";

export const agreementSpec = z.strictObject({
  /** Share of answers with the baseline's label, at least; the label is where `judge.label` says. */
  label: z.strictObject({ least: z.number().min(0).max(1) }).optional(),
  /** Cosine of the angle between an answer's vector and the baseline's, of every answer, at least. */
  cosine: z.strictObject({ least: z.number().min(-1).max(1) }).optional(),
  /** Largest difference of any component of the vector, of any answer, at most. */
  shift: z.strictObject({ most: z.number().min(0) }).optional(),
  /** Difference of the number, of every answer, at most. */
  number: z.strictObject({ tolerance: z.number().min(0) }).optional(),
});
export type AgreementSpec = z.infer<typeof agreementSpec>;
