/**
 * An arrival process: the law of the instants at which requests are sent.
 *
 *        |<-first->|<-- gap -->|<-gap->|<---- gap ---->|
 *   -----0---------*-----------*-------*---------------*-----> time
 *      start
 *
 * The first gap is the residual life of a gap that began before the start (the stationary, or equilibrium, renewal
 * process; Cox 1962, section 2.4), so that the expected number of arrivals in T seconds is exactly rate x T. Begun with
 * a whole gap instead, a process with cv 4 would send 7.5 requests too many, whatever T.
 */
import type { Random } from "../random.ts";

export interface Arrival<Spec> {
  /** One line: the law, its symbols, and what its parameters do. */
  readonly law: string;
  /** The parameters in every form in use, for the report: `gamma, cv 2 (shape 0.25)`. */
  describe(spec: Spec): string;
  /** Coefficient of variation of the gaps: standard deviation / mean. */
  cv(spec: Spec): number;
  /** Seconds from each arrival to the next, the first from the start; one per call. */
  gaps(spec: Spec, ratePerSecond: number, random: Random): () => number;
}

/** The first call gives what `first` draws, every later one what `rest` draws. */
export function firstThen(first: () => number, rest: () => number): () => number {
  let draw = () => {
    draw = rest;
    return first();
  };
  return () => draw();
}
