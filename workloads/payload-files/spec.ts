/** A payload from the user's own file or folder, as data. */
import { z } from "zod";

export const payloadFormats = ["jsonl", "text", "csv", "tsv", "parquet", "folder", "vegeta-json"] as const;
export type PayloadFormat = (typeof payloadFormats)[number];

export const payloadFileSpec = z.strictObject({
  /** A file, or a folder of bodies; relative to the file that names it. */
  file: z.string().min(1),
  /** By the file's ending where it is left out. */
  format: z.enum(payloadFormats).optional(),
  /** The body, with `{{column}}` where a row's value goes; inside JSON the value is escaped. `{{text}}` is a line of text. */
  template: z.string().min(1).optional(),
  /** Where it is from, and under which licence it may be used; for the report. */
  source: z.string().min(1).optional(),
  licence: z.string().min(1).optional(),
  /** Column of the right answer, or key beside `body` in a line of JSON: for accuracy. */
  expected: z.string().min(1).optional(),
});
export type PayloadFileSpec = z.infer<typeof payloadFileSpec>;
