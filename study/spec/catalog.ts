/** The names in the catalogs and of a service, for the study check and `testbed list`. */
import type { Problem } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import { type Disruption, disruptions } from "../../infra/disruptions/index.ts";
import { hasWorkers } from "../../infra/services/definition/service.ts";
import {
  builtInService,
  hasVariant,
  requestsAtOnce,
  type Service,
  variantNames,
  variantOf,
} from "../../infra/services/index.ts";
import { placementProblems } from "../../infra/services/placement.ts";
import { keptProblems } from "../../infra/services/workspace-variants.ts";
import { type Target, targets } from "../../infra/targets/index.ts";
import { localProblems } from "../../infra/variants/local.ts";
import { payloadNames } from "./asked.ts";
import type { KnownNames } from "./study-file.ts";

export function knownNamesOf(service: Service): KnownNames {
  return {
    variants: variantNames(service),
    damaged: (name) => [
      ...keptProblems(service.spec, name),
      ...(service.own === undefined ? [] : localProblems(name)),
    ],
    targets: Object.keys(targets),
    models: Object.keys(service.own?.models ?? {}),
    payloads: payloadNames(service),
    misplaced(path, targetName, variant) {
      const target: Target | undefined = targets[targetName as keyof typeof targets];
      if (target === undefined || !hasVariant(service, variant)) return [];
      return placementProblems(path, targetName, service, variantOf(service, variant), target);
    },
    requestsAtOnce: (name) =>
      hasVariant(service, name) ? requestsAtOnce(service.spec, variantOf(service, name)) : undefined,
    hasWorkers: hasWorkers(service.spec),
    tellsStages: service.spec.stages !== undefined,
    disruptions: Object.fromEntries(
      Object.entries(disruptions).map(([name, disruption]: [string, Disruption]) => {
        const { on, settings, lastsSeconds, leastNodes = 1, needsWorkers = false } = disruption;
        return [name, { targets: Object.keys(on), settings, lastsSeconds, leastNodes, needsWorkers }];
      }),
    ),
  };
}

/** A variant that there is not; where it has a file in this workspace, what is wrong with that. */
export function variantProblems(
  path: string,
  name: string,
  { variants, damaged }: Pick<KnownNames, "variants" | "damaged">,
): Problem[] {
  if (variants.includes(name)) return [];
  const found = damaged?.(name) ?? [];
  return found.length > 0 ? [...found] : nameProblems(path, name, variants);
}

/** With the service of a study that names none. */
export const knownNames: KnownNames = knownNamesOf(builtInService());
