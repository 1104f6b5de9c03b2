/**
 * Variants of a service in this workspace alone: one JSON file each in `.testbed/variants/`, `<service>.<name>.json`, as
 * `testbed tune` writes them. They stand beside those of the service everywhere; one of the service's own name is passed over.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { privateFolder } from "../places.ts";
import { type ServiceSpec, type VariantSpec, variantSpec } from "./service.ts";
import { choiceProblems } from "./service-problems.ts";

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

/** Those that are whole, and still within the service's space. */
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

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function contentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
