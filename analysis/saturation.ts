/**
 * Saturation: did the queue still grow when the load ended? A saturated trial has no steady state: its response times
 * grow with its length, so they are reported as overload and never averaged.
 *
 *   N(t)        ____/
 *          ____/          three conditions, all of them, over the second half of the load:
 *     ____/               no server was ever idle; fewer requests were completed than the law sends;
 *   _/                    and when the load ended a tenth of it was still waiting
 *   0    half   end
 *
 * The second is what tells overload from a burst: in a burst the server works at its capacity, which is above the mean
 * rate. By simulation (test/analysis/saturation.test.ts) a load of 0.6, even with cv 2, is called saturated in fewer than
 * 1 in 1,000 trials, and a load of 1.5 over 60 requests or more is called so in more than 97 of 100.
 */
import { arrivalOf } from "../workloads/arrivals/index.ts";
import { type StudySpec, scenarioOf } from "../workloads/spec.ts";
import { countBetween, type Flight, inFlightAt, leastInFlight } from "./flight.ts";

export interface Load {
  readonly fromMs: number;
  /** End of the schedule. */
  readonly toMs: number;
  /** Of the law, requests per second. */
  readonly ratePerSecond: number;
  /** Requests that the service can work on at once: workers, times the largest batch where it batches. */
  readonly servers: number;
}

/** Completed must fall short of the law by at least this share. */
const shortfall = 0.05;
/** Share of the load that must be waiting at its end. */
const leftWaiting = 0.1;

export function isSaturated(flight: Flight, { fromMs, toMs, ratePerSecond, servers }: Load): boolean {
  const half = (fromMs + toMs) / 2;
  const lawSends = ratePerSecond * ((toMs - half) / 1000);
  const waiting = inFlightAt(flight, toMs) - servers;
  return (
    leastInFlight(flight, half, toMs) >= servers &&
    countBetween(flight.departures, half, toMs) < (1 - shortfall) * lawSends &&
    waiting >= Math.max(2, leftWaiting * countBetween(flight.arrivals, fromMs, toMs))
  );
}

/** Whether its scenario keeps every service busy by its law: throughput is capacity, and no queue grows. */
export function saturates(study: StudySpec, of: { readonly scenario: string }): boolean {
  return arrivalOf(scenarioOf(study, of).arrival).saturates === true;
}
