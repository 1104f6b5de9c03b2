/** What keeps a variant from a target. */
import type { Problem } from "../../errors.ts";
import type { Variant } from "./variant.ts";

export interface Placement {
  /** Copies of one variant behind one address; left out where there is no limit. */
  readonly mostReplicas?: number;
  /** Somebody probes a variant's copies and tells them to stop. Left out is no. */
  readonly pods?: boolean;
}

/** One process listens on the one port that a managed service has; copies need something in front of them. */
export const processPlacement = { mostReplicas: 1 } as const satisfies Placement;

export function placementProblems(
  path: string,
  target: string,
  { replicas = 1, lifecycle }: Pick<Variant, "replicas" | "lifecycle">,
  { mostReplicas = Infinity, pods = false }: Placement,
): Problem[] {
  const problems: Problem[] = [];
  if (replicas > mostReplicas) {
    const most = mostReplicas === 1 ? "1 replica" : `at most ${mostReplicas} replicas`;
    problems.push({ path, expected: `${most} on the target ${target}`, got: `${replicas} replicas` });
  }
  if (lifecycle !== undefined && !pods) {
    problems.push({ path, expected: `no lifecycle on the target ${target}, which has no pods`, got: "one" });
  }
  return problems;
}
