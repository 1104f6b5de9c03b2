/**
 * Saturation: does the law send more than the service can do? A saturated trial has no steady state: its queue and its
 * response times grow with its length, so they are reported as overload and never averaged.
 *
 *   x_i      busy time between departures: time, up to the i-th, in which every server had a request
 *   E x      1 / mu, mu the capacity: while all servers work, requests leave at the rate that they can
 *   load     lambda E x; lambda is the law's rate, which is known exactly, so how the arrivals fell plays no part
 *
 * Overload is shown where lambda E x > 1 by a one-sided t test at .01 over means of up to 20 groups of consecutive x_i
 * (batch means: Law and Kelton 1982), and where at least a quarter of what was sent beyond the capacity is waiting at the
 * end. The error at a load of 1 or less is .01 at most, whatever the arrivals: t on times skewed to the right rejects less
 * often above. The power at a load above 1 is that of the t test with c, the variation of the service times, over n busy
 * departures, (load - 1) sqrt(n) / (load c) standard errors, so it goes to 1 with length at every load; with constant
 * service times it is near 1 from 100 requests on. The second condition is for a service that can work on more requests than
 * was declared: there the x_i follow the arrivals, and a quiet stretch must not pass for a slow service.
 *
 * `npm run bench:coverage -- --only saturation-false,overload` has both errors.
 */
import { arrivalOf } from "../../workloads/arrivals/index.ts";
import { type StudySpec, scenarioOf } from "../../workloads/spec/spec.ts";
import { studentTails } from "../statistics/distributions.ts";
import { mean, standardDeviation } from "../statistics/moments.ts";
import { countUntil, type Flight, inFlightAt } from "./in-flight.ts";

export interface Load {
  readonly fromMs: number;
  /** End of the schedule. */
  readonly toMs: number;
  /** Of the law, requests per second. */
  readonly ratePerSecond: number;
  /** Requests that the service can work on at once: workers, times the largest batch where it batches. */
  readonly servers: number;
}

/** One-sided, of calling a trial at a load of 1 or less saturated. */
export const saturationAlpha = 0.01;
const mostGroups = 20;
const fewestGroups = 5;
/** A group holds at least as many. */
const fewestInGroup = 2;
/** Of what was sent beyond the capacity. */
const shareWaiting = 0.25;
/** A load closer to 1 than this is none above it: rounding of instants, no growth that a trial could show. */
const smallest = 0.001;

export function isSaturated(flight: Flight, load: Load): boolean {
  const { fromMs, toMs, ratePerSecond, servers } = load;
  const gaps = busyGaps(flight, load);
  const groups = Math.min(mostGroups, Math.floor(gaps.length / fewestInGroup));
  if (groups < fewestGroups) return false;
  const size = Math.floor(gaps.length / groups);
  // Of the law's mean gap: their mean is the load.
  const means = Array.from(
    { length: groups },
    (_, group) =>
      (mean(gaps.subarray(gaps.length - (groups - group) * size, gaps.length - (groups - group - 1) * size)) *
        ratePerSecond) /
      1000,
  );
  const beyond = mean(means) - 1;
  if (beyond <= smallest) return false;
  const error = standardDeviation(means) / Math.sqrt(groups);
  const p = error === 0 ? 0 : studentTails(beyond / error, groups - 1) / 2;
  const waiting = inFlightAt(flight, toMs) - Math.max(servers, inFlightAt(flight, fromMs));
  return p < saturationAlpha && waiting >= shareWaiting * beyond * gaps.length;
}

/** Milliseconds of full work before each departure that ended some; time in which a server was idle is left out. */
function busyGaps({ arrivals, departures }: Flight, { fromMs, toMs, servers }: Load): Float64Array {
  let arrived = countUntil(arrivals, fromMs);
  let departed = countUntil(departures, fromMs);
  const gaps = new Float64Array(countUntil(departures, toMs) - departed);
  let count = 0;
  let busyMs = 0;
  let nowMs = fromMs;
  for (;;) {
    const arrival = arrivals[arrived] ?? Number.POSITIVE_INFINITY;
    const departure = departures[departed] ?? Number.POSITIVE_INFINITY;
    const nextMs = Math.min(arrival, departure);
    if (nextMs > toMs) return gaps.subarray(0, count);
    const full = arrived - departed >= servers;
    if (full) busyMs += nextMs - nowMs;
    nowMs = nextMs;
    if (arrival <= departure) arrived++;
    else {
      departed++;
      if (full) {
        gaps[count++] = busyMs;
        busyMs = 0;
      }
    }
  }
}

/** Whether its scenario keeps every service busy by its law: throughput is capacity, and no queue grows. */
export function saturates(study: StudySpec, of: { readonly scenario: string }): boolean {
  return arrivalOf(scenarioOf(study, of).arrival).saturates === true;
}
