/**
 * Variants of this workspace alone: one JSON file each in `.testbed/variants/`, named after it, as `testbed tune` writes them.
 * They are listed with those of the catalog everywhere; a file with the name of one of those is ignored.
 */
import { join } from "node:path";
import { z } from "zod";
import type { Problem } from "../../errors/errors.ts";
import { problemsOf } from "../../errors/problems.ts";
import { contentOf, filesIn } from "../workspace/json-folder.ts";
import { privateFolder } from "../workspace/paths.ts";
import { type Variant, variantSpec } from "./variant.ts";

export const localFolder = join(privateFolder, "variants");

export const localFile = z.strictObject({
  variant: variantSpec,
  /** Where it comes from: a result file and its digest. */
  evidence: z.strictObject({ file: z.string(), digest: z.string() }).optional(),
});
export type LocalFile = z.infer<typeof localFile>;

const nameOfFile = /^([a-z0-9][a-z0-9-]{0,40})\.json$/;

/** Where such a variant is, or would be. */
export function localPath(name: string, folder = localFolder): string {
  return join(folder, `${name}.json`);
}

export function isLocalName(name: string): boolean {
  return nameOfFile.test(`${name}.json`);
}

/** Those that are whole. Of a damaged one `localProblems` tells, when it is asked for. */
export function localVariants(folder = localFolder): Record<string, Variant> {
  const found: Record<string, Variant> = {};
  for (const file of filesIn(folder)) {
    const name = nameOfFile.exec(file)?.[1];
    const parsed = name === undefined ? undefined : localFile.safeParse(contentOf(join(folder, file)));
    if (name !== undefined && parsed?.success) found[name] = parsed.data.variant;
  }
  return found;
}

/** What is wrong with the file of such a variant, with its path; none where it is whole, or there is no such file. */
export function localProblems(name: string, folder = localFolder): Problem[] {
  const path = localPath(name, folder);
  if (!filesIn(folder).includes(`${name}.json`)) return [];
  const content = contentOf(path);
  const parsed = localFile.safeParse(content);
  return parsed.success
    ? []
    : problemsOf(parsed.error, content).map((problem) => ({ ...problem, path: `${path}: ${problem.path}` }));
}
