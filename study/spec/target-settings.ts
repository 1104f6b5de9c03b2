import type { ManifestFile } from "../../analysis/schema/results-folder.ts";
import { type Service, shownSettings, variantOf } from "../../infra/services/index.ts";
import { type Target, targets } from "../../infra/targets/index.ts";

/** All that variants can differ by there: of the pods' lifecycle too, whether or not a variant names one. */
export function settingsOn(
  targetName: string,
  service: Service,
  name: string,
): ManifestFile["variants"][string] {
  const { pods = false }: Partial<Target> = targets[targetName as keyof typeof targets] ?? {};
  const variant = variantOf(service, name);
  return { description: variant.description, ...shownSettings(service.spec, variant, pods) };
}
