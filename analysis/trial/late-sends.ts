/**
 * What would the response times have been, had every request been sent at its scheduled instant? Bounds, from the samples.
 *
 *   s_k  k-th scheduled instant     a_k  k-th send     d_k  when the k-th that was sent was answered     L_k = a_k - s_k >= 0
 *
 * The k-th due has the place of the k-th sent: where two changed places, they are given back. First come, first served,
 * departures are a monotone function of the arrivals, and no shift of those by at most L moves one of them by more than L (a
 * topical map: Gunawardena, "From max-plus algebra to nonexpansive mappings", 2003). So d_k - C_k <= exact <= d_k, where C_k is
 * what lateness can have added:
 *
 *   a server was idle at a_k          C_k = L_k: it began as late as it was sent, and the time from its send is exact
 *   all were busy from s_k to a_k     it waited anyway, its own lateness is absorbed; C_k is what those before it carry
 *   between the two                   the larger of both
 *
 * A request is `touched` where lateness changed whom it met: it has another's place, or another was answered between its
 * scheduled and its sent instant. In the second case a service that shares its time may have been slower by L_k, so d_k + L_k
 * bounds it above.
 */

import { okOutcome, type Trace } from "../input/trial-samples.ts";
import { countBefore, countUntil, flightOf } from "./in-flight.ts";

export interface OnTime {
  /** Least and most that each response time can have been with every request sent on time, ms; a failure is +Infinity. */
  readonly leastMs: Float64Array;
  readonly mostMs: Float64Array;
  /** Requests that met others than they would have. */
  readonly touched: number;
}

/**
 * Of the rows from `first` on and before `last`.
 * @param servers requests that the service works on at once; more than it does only makes the bounds wider
 */
export function onTime(trace: Trace, first: number, last: number, servers: number): OnTime {
  const { scheduledMs, sentMs, completedMs, outcome } = trace;
  const leastMs = new Float64Array(last - first).fill(Number.POSITIVE_INFINITY);
  const mostMs = new Float64Array(last - first).fill(Number.POSITIVE_INFINITY);
  const { departures } = flightOf(trace);
  const due = sentRows(trace);
  const order = [...due].sort((a, b) => sentMs[a]! - sentMs[b]! || a - b);
  const sends = Float64Array.from(order, (row) => sentMs[row]!);
  let touched = 0;
  let before = 0;
  for (let k = 0; k < due.length && due[k]! < last; k++) {
    const [row, place] = [due[k]!, order[k]!];
    const [scheduled, sent] = [scheduledMs[row]!, sends[k]!];
    const late = sent - scheduled;
    const answeredByThen = countUntil(departures, sent);
    const answered = answeredByThen - countUntil(departures, scheduled);
    const leastMet = countBefore(sends, scheduled) - answeredByThen;
    const met = k - answeredByThen;
    const own = leastMet >= servers ? 0 : late;
    const carried = met < servers ? late : Math.max(own, before);
    // What a request carries goes on to those that find the service busy, until it was empty.
    before = met <= 0 ? late : Math.max(before, own);
    if (row < first) continue;
    if (answered > 0 || place !== row) touched++;
    if (outcome[place] !== okOutcome) continue;
    const response = completedMs[place]! - scheduled;
    leastMs[row - first] = Math.max(0, response - carried);
    mostMs[row - first] = response + (answered > 0 ? late : 0);
  }
  return { leastMs, mostMs, touched };
}

/** In the order of the schedule, without those that were never sent. */
function sentRows({ sentMs, length }: Trace): number[] {
  return Array.from({ length }, (_, row) => row).filter((row) => !Number.isNaN(sentMs[row]!));
}
