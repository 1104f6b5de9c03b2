/** The reasons why a variant of a service cannot run on a target. */
import type { Problem } from "../../errors/errors.ts";
import { targetsOfKind } from "./definition/run.ts";
import { podSettings, replicasOf, type Variant } from "./definition/variant.ts";
import type { Service } from "./load.ts";

export interface Placement {
  /** Copies of one variant behind one address; left out where there is no limit. */
  readonly mostReplicas?: number;
  /** Somebody probes a variant's copies, limits what they use and tells them to stop. Left out is no. */
  readonly pods?: boolean;
  /** It runs nothing of the service: queues of laws that the service must know. */
  readonly laws?: boolean;
}

/** One process listens on the one port that a managed service has; copies need something in front of them. */
export const processPlacement = { mostReplicas: 1 } as const satisfies Placement;

export function placementProblems(
  path: string,
  target: string,
  service: Service,
  variant: Variant,
  { mostReplicas = Infinity, pods = false, laws = false }: Placement,
): Problem[] {
  const { spec } = service;
  const kindTargets: readonly string[] = targetsOfKind[spec.run.kind];
  if (laws && service.own === undefined) {
    return [
      { path, expected: "a service whose variants are simulated queues with a known law", got: spec.name },
    ];
  }
  if (!laws && !kindTargets.includes(target)) {
    return [
      {
        path,
        expected: `a target for a service of the kind ${spec.run.kind}: ${kindTargets.join(", ")}`,
        got: target,
      },
    ];
  }
  const problems: Problem[] = [];
  const replicas = replicasOf(spec, variant);
  if (replicas > mostReplicas) {
    const most = mostReplicas === 1 ? "1 replica" : `at most ${mostReplicas} replicas`;
    problems.push({ path, expected: `${most} on the target ${target}`, got: `${replicas} replicas` });
  }
  const ofPods = pods ? [] : podSettings(spec, variant);
  if (ofPods.length > 0) {
    problems.push({
      path,
      expected: `settings that have an effect on the target ${target}, which has no pods`,
      got: ofPods.map((name) => `${name} ${String(variant.settings[name])}`).join(", "),
    });
  }
  return problems;
}
