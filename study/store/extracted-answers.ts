/** What the judge finds in answers of a variant, by request, as it lies in the results folder: answers/<variant>.json. */
import { z } from "zod";

export const extractedAnswers = z.array(
  z.strictObject({
    /** Of the payload. */
    request: z.int().min(0),
    answer: z.strictObject({
      label: z.string().optional(),
      vector: z.array(z.number()).readonly().optional(),
      number: z.number().optional(),
    }),
  }),
);
export type ExtractedAnswers = z.infer<typeof extractedAnswers>;
