/** How many copies of a variant a target can run behind one address. */
import type { Problem } from "../../errors.ts";
import type { Variant } from "./variant.ts";

/** One process listens on the one port that a managed service has; copies need something in front of them. */
export const processMostReplicas = 1;

export function replicaProblems(
  path: string,
  target: string,
  { replicas = 1 }: Pick<Variant, "replicas">,
  mostReplicas: number,
): Problem[] {
  if (replicas <= mostReplicas) return [];
  const most = mostReplicas === 1 ? "1 replica" : `at most ${mostReplicas} replicas`;
  return [{ path, expected: `${most} on the target ${target}`, got: `${replicas} replicas` }];
}
