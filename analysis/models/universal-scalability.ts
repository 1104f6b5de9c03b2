/**
 * Gunther's Universal Scalability Law (2007): throughput C of N equal workers or replicas,
 *
 *   C(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))
 *
 *   lambda   of one alone, 1/s
 *   sigma    contention: the share that is served one at a time; below 0 where together they do better than their number
 *   kappa    coherency: what each pair costs; above 0 there is a number beyond which more do less, sqrt((1 - sigma) / kappa)
 *
 * Linear in (1, sigma, kappa) / lambda once both sides are multiplied out; solved by least squares of relative errors.
 */
import { leastSquares } from "../statistics/distributions.ts";

export const universalScalabilityLaw =
  "Universal Scalability Law (Gunther 2007): C(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)), N workers over all replicas, fitted to each block";

export interface Scalability {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

/** @returns null for fewer than three different numbers of units */
export function fitScalability(
  points: readonly { readonly units: number; readonly perSecond: number }[],
): Scalability | null {
  if (new Set(points.map(({ units }) => units)).size < 3) return null;
  const rows = points.map(({ units, perSecond }) =>
    [1, units - 1, units * (units - 1)].map((term) => (perSecond / units) * term),
  );
  const [inverse, contention, coherency] = leastSquares(
    rows,
    points.map(() => 1),
  );
  return { lambda: 1 / inverse!, sigma: contention! / inverse!, kappa: coherency! / inverse! };
}
