/**
 * Variants of a service that exist in this workspace only: one JSON file each in `.testbed/variants/`,
 * `<service>.<name>.json`, as `testbed tune` writes them. They are listed with the service's own variants; a file with
 * the name of one of those is ignored.
 */
import { basename, join } from "node:path";
import { z } from "zod";
import type { Problem } from "../../errors/errors.ts";
import { problemsOf } from "../../errors/problems.ts";
import { contentOf, filesIn } from "../workspace/json-folder.ts";
import { privateFolder } from "../workspace/paths.ts";
import { type ServiceSpec, type VariantSpec, variantSpec } from "./definition/service.ts";
import { choiceProblems } from "./definition/service-problems.ts";

export const keptFolder = join(privateFolder, "variants");

export const keptVariant = z.strictObject({
  choice: variantSpec,
  /** Where it comes from: a result file and its digest. */
  evidence: z.strictObject({ file: z.string(), digest: z.string() }).optional(),
});
export type KeptVariant = z.infer<typeof keptVariant>;

/** Where such a variant is, or would be. */
export function keptPath(service: string, name: string, folder = keptFolder): string {
  return join(folder, `${service}.${name}.json`);
}

/** Those that are whole, and still within the service's space; `keptProblems` says of the others why not. */
export function keptVariants(spec: ServiceSpec, folder = keptFolder): Record<string, VariantSpec> {
  const found: Record<string, VariantSpec> = {};
  for (const file of filesIn(folder)) {
    const [service, name, ending, ...rest] = file.split(".");
    if (service !== spec.name || name === undefined || ending !== "json" || rest.length > 0) continue;
    const parsed = keptVariant.safeParse(contentOf(join(folder, file)));
    if (parsed.success && choiceProblems(spec, parsed.data.choice).length === 0)
      found[name] = parsed.data.choice;
  }
  return found;
}

/** What is wrong with the file of such a variant, with its path; none where it is whole, or there is no such file. */
export function keptProblems(spec: ServiceSpec, name: string, folder = keptFolder): Problem[] {
  const path = keptPath(spec.name, name, folder);
  if (!filesIn(folder).includes(basename(path))) return [];
  const content = contentOf(path);
  const parsed = keptVariant.safeParse(content);
  const found = parsed.success
    ? choiceProblems(spec, parsed.data.choice).map(({ path: at, message }) => ({
        path: ["choice", ...at].join("."),
        expected: message,
        got:
          JSON.stringify(at.length === 0 ? parsed.data.choice : parsed.data.choice[String(at[0])]) ??
          "nothing",
      }))
    : problemsOf(parsed.error, content);
  return found.map((problem) => ({ ...problem, path: `${path}: ${problem.path}` }));
}
