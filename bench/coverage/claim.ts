/**
 * A claim is an interval or an error rate that a command prints. It is proven by simulation where the truth is known: over
 * every queue of queues.ts and three sizes, by the code that prints it.
 */
import type { Queue } from "./queues.ts";

export const sizes = ["small", "middle", "large"] as const;
export type Size = (typeof sizes)[number];

/**
 * What a claim states of its number, and so what is off:
 *
 *   level     an interval holds the truth with this probability: off beyond `tolerance` on either side
 *   at least  a bound on it, as a design without a level near the asked one has: off below
 *   at most   an error rate: off above
 */
export const claimKinds = ["level", "at least", "at most"] as const;
export type ClaimKind = (typeof claimKinds)[number];

export interface Held {
  /** What the printed number states, as a share. */
  readonly stated: number;
  /** What it turned out to be. */
  readonly held: number;
  /** Simulated studies, trials or injections that printed it; `NaN` in `held` where none did. */
  readonly runs: number;
}

export interface Claim {
  readonly kind: ClaimKind;
  /** What is printed, in a line of the table. */
  readonly prints: string;
  /** Commands and reports that print it. */
  readonly by: string;
  /** What each size is, for this claim. */
  readonly sizes: Readonly<Record<Size, string>>;
  /** Claims that look at the same simulated studies, which are then simulated once; undefined for none. */
  readonly studies?: string;
  /** Where a run is so dear, or a cell so far from its bound, that fewer do. */
  readonly mostRuns?: number;
  /** @param runs how many to simulate; each from seeds of its own, so the same call gives the same figures */
  simulate(queue: Queue, size: Size, runs: number): Held;
}

/** Two points, and one standard error of the simulation. */
export function toleranceOf({ stated, runs }: Pick<Held, "stated" | "runs">): number {
  return 0.02 + Math.sqrt((stated * (1 - stated)) / runs);
}

export function isOff(kind: ClaimKind, held: Held, allowed = toleranceOf(held)): boolean {
  if (held.runs === 0) return false;
  const over = held.held - held.stated;
  return kind === "level" ? Math.abs(over) > allowed : kind === "at least" ? over < -allowed : over > allowed;
}
