/** What the rooms hold, as the study check and `testbed list` want it. */
import { type Disruption, disruptions } from "../infra/disruptions/index.ts";
import { models } from "../infra/models/index.ts";
import { type Target, targets } from "../infra/targets/index.ts";
import { isVariant, placementProblems, variants } from "../infra/variants/index.ts";
import { requestsAtOnce } from "../infra/variants/variant.ts";
import { payloads } from "../workloads/payloads/index.ts";
import type { KnownNames } from "./study-file.ts";

export const knownNames: KnownNames = {
  variants: Object.keys(variants),
  targets: Object.keys(targets),
  models: Object.keys(models),
  payloads: Object.keys(payloads),
  misplaced(path, targetName, variant) {
    const target: Target | undefined = targets[targetName as keyof typeof targets];
    if (target === undefined || !isVariant(variant)) return [];
    return placementProblems(path, targetName, variants[variant], target);
  },
  requestsAtOnce: (name) => (isVariant(name) ? requestsAtOnce(variants[name]) : undefined),
  disruptions: Object.fromEntries(
    Object.entries(disruptions).map(([name, disruption]: [string, Disruption]) => {
      const { on, settings, lastsSeconds, leastNodes = 1 } = disruption;
      return [name, { targets: Object.keys(on), settings, lastsSeconds, leastNodes }];
    }),
  ),
};
