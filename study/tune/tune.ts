/**
 * The best of a declared space under an SLO, by successive halving (Jamieson & Talwalkar 2016): every candidate gets a cheap
 * look, the better half a longer one, and so on, until one is left or the finalists have had the longest.
 *
 *   look   highest of a few rates that holds, from a search of so many probes      ranked by its posterior median
 *
 * A grid, whole, each round in random order, no model of it: what was tried and with what result stands in the table. A
 * capacity is not an exact number, so the runner-up within the winner's interval is named as such.
 */

import type { ServiceCapacity } from "../capacity/service-capacity.ts";
import { shuffled } from "../plan/order.ts";

export interface Look {
  readonly round: number;
  readonly candidate: string;
  readonly capacity: ServiceCapacity;
}

export interface Tuned {
  readonly looks: readonly Look[];
  readonly winner: Look;
  /** Candidates of the last round whose estimate lies within the winner's interval: as good, for all that is known. */
  readonly tied: readonly string[];
}

export interface Search {
  readonly candidates: readonly string[];
  /** @param mostProbes how long the look may be */
  look(candidate: string, mostProbes: number, round: number): Promise<ServiceCapacity>;
  /** Probes of each round; the last one's finalists are ranked as they stand. */
  readonly rounds: readonly number[];
  /** Of the order within a round: a machine that changes its pace would favour one end of the grid. */
  readonly seed: number;
}

/** The better half goes on to the next round, at least one. */
function goesOn(field: number): number {
  return Math.max(1, Math.ceil(field / 2));
}

/** Probes of each look in the order in which they come, where every candidate holds the SLO at some rate. */
export function plannedLooks(candidates: number, rounds: readonly number[]): number[] {
  let field = candidates;
  return rounds.flatMap((mostProbes) => {
    const looks = Array.from({ length: field }, () => mostProbes);
    field = goesOn(field);
    return looks;
  });
}

/** @returns undefined where no candidate holds the SLO at any rate that was looked at */
export async function tune({ candidates, look, rounds, seed }: Search): Promise<Tuned | undefined> {
  const looks: Look[] = [];
  let field = [...candidates];
  let last: Look[] = [];
  for (const [round, mostProbes] of rounds.entries()) {
    last = [];
    for (const candidate of shuffled(field, `${seed}/looks/${round}`)) {
      const found: Look = { round, candidate, capacity: await look(candidate, mostProbes, round) };
      looks.push(found);
      last.push(found);
    }
    last.sort((a, b) => rank(b.capacity) - rank(a.capacity));
    const holding = last.filter(({ capacity }) => rank(capacity) > 0);
    if (holding.length === 0) return undefined;
    field = holding.slice(0, goesOn(field.length)).map(({ candidate }) => candidate);
  }
  const winner = last[0]!;
  const low = winner.capacity.estimate?.low ?? rank(winner.capacity);
  return {
    looks,
    winner,
    tied: last.slice(1).flatMap(({ candidate, capacity }) => (rank(capacity) >= low ? [candidate] : [])),
  };
}

/** Requests per second: the estimate; above the range its upper end, which held; nothing below it. */
export function rank({ estimate, place, range }: ServiceCapacity): number {
  if (estimate !== null) return estimate.value;
  return place === "above" ? range.highest : 0;
}
