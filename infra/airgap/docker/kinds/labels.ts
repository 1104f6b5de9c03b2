import { z } from "zod";

export const labels = z.array(z.strictObject({ label: z.string(), value: z.string() })).default([]);

export function labelsOf(list: z.infer<typeof labels>): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map(({ label, value }) => [label, value]));
}
