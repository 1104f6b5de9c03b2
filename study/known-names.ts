/** What the rooms and a service hold, as the study check and `testbed list` want it. */
import { type Disruption, disruptions } from "../infra/disruptions/index.ts";
import {
  builtInService,
  hasVariant,
  requestsAtOnce,
  type Service,
  variantNames,
  variantOf,
} from "../infra/services/index.ts";
import { placementProblems } from "../infra/services/placement.ts";
import { hasWorkers } from "../infra/services/service.ts";
import { type Target, targets } from "../infra/targets/index.ts";
import { payloadNames } from "./asked.ts";
import type { KnownNames } from "./study-file.ts";

export function knownNamesOf(service: Service): KnownNames {
  return {
    variants: variantNames(service),
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

/** With the service of a study that names none. */
export const knownNames: KnownNames = knownNamesOf(builtInService());
