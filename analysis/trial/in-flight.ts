/**
 * Requests in flight over time: N(t) = A(t) - D(t), scheduled by t less known by t. Built from the two sorted lists of
 * instants alone, without knowing which departure belongs to which arrival.
 */
import type { Trace } from "../input/trial-samples.ts";

export interface Flight {
  /** Scheduled instants, ascending, ms. */
  readonly arrivals: Float64Array;
  /** Instants at which an outcome was known, ascending, ms. */
  readonly departures: Float64Array;
}

/** Sorting is the dearest step of a trial's analysis: once for each trace. */
const flights = new WeakMap<Trace, Flight>();

export function flightOf(trace: Trace): Flight {
  const known = flights.get(trace);
  if (known !== undefined) return known;
  const flight = {
    arrivals: trace.scheduledMs,
    departures: Float64Array.from(trace.completedMs).sort(),
  };
  flights.set(trace, flight);
  return flight;
}

export function inFlightAt({ arrivals, departures }: Flight, ms: number): number {
  return countUntil(arrivals, ms) - countUntil(departures, ms);
}

/** Time average of N over [fromMs, toMs]. */
export function meanInFlight({ arrivals, departures }: Flight, fromMs: number, toMs: number): number {
  return (timeAfter(arrivals, fromMs, toMs) - timeAfter(departures, fromMs, toMs)) / (toMs - fromMs);
}

/** Number of instants at or before `ms`, by bisection. */
export function countUntil(instants: Float64Array, ms: number): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (instants[middle]! <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Number of instants before `ms`, by bisection. */
export function countBefore(instants: Float64Array, ms: number): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (instants[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sum over the instants of the time from each to toMs, no more than the interval's length. */
function timeAfter(instants: Float64Array, fromMs: number, toMs: number): number {
  const before = countUntil(instants, fromMs);
  let sum = before * (toMs - fromMs);
  for (let index = before; index < instants.length && instants[index]! < toMs; index++) {
    sum += toMs - instants[index]!;
  }
  return sum;
}
