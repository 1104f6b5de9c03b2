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
 *   rate      nothing is stated: a rate that readers should know, and that is never off
 */
export const claimKinds = ["level", "at least", "at most", "rate"] as const;
export type ClaimKind = (typeof claimKinds)[number];

export interface Held {
  /** What the printed number states, as a share; of a `rate` it says nothing. */
  readonly stated: number;
  /** What it turned out to be. */
  readonly held: number;
  /** Simulated studies, trials or injections that printed it; `NaN` in `held` where none did. */
  readonly runs: number;
}

/** Runs `first` to `first + runs`. */
export interface Runs {
  readonly runs: number;
  readonly first: number;
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
  /** At first, and as many more at a time, where a run is slow; else as many as are asked for. */
  readonly atATime?: number;
  /** Runs `first` to `first + runs`, each from seeds of its own: the same call gives the same figures, and two halves the whole. */
  simulate(queue: Queue, size: Size, runs: number, first?: number): Held;
}

/** Two points: so much a number may be off from what it states. */
export const tolerance = 0.02;

export function isOff(kind: ClaimKind, held: Held, allowed = tolerance): boolean {
  return held.runs > 0 && beyond(kind, held) > allowed;
}

/**
 * Whether so many runs say on which side of the two points it is: within them by a standard error of the simulation, or beyond
 * them by two. Else more are run (`cells.ts`), so that neither luck of few runs nor a margin for it decides.
 */
export function isDecided(kind: ClaimKind, held: Held): boolean {
  if (kind === "rate" || held.runs === 0) return true;
  const { stated, runs } = held;
  const error = Math.sqrt((stated * (1 - stated)) / runs);
  const over = beyond(kind, held) - tolerance;
  return over < -error || over > 2 * error;
}

/** How far it lies on the side on which it would be off. */
function beyond(kind: ClaimKind, { stated, held }: Held): number {
  const over = held - stated;
  if (kind === "rate") return 0;
  return kind === "level" ? Math.abs(over) : kind === "at least" ? -over : over;
}
