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
 * Where neither that nor a load below 1 is shown and the queue grew, the trial is `open`, and says so.
 *
 * `npm run bench:coverage -- --only saturation-false,overload,steady-missed,steady-doubted` has the errors.
 */
import { arrivalOf } from "../../workloads/arrivals/index.ts";
import { type StudySpec, scenarioOf } from "../../workloads/spec/spec.ts";
import type { Finding } from "../figures/figures.ts";
import { studentTails } from "../statistics/distributions.ts";
import { mean, standardDeviation } from "../statistics/moments.ts";
import { countUntil, type Flight, inFlightAt, meanInFlight } from "./in-flight.ts";

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
/** One-sided, of calling a trial at a load of 1 or more steady. */
const steadyAlpha = 0.05;
/** Of the requests in flight in the first third: more in the last one is a queue that grew. */
const mostGrowth = 1.25;
const mostGroups = 20;
const fewestGroups = 5;
/** A group holds at least as many. */
const fewestInGroup = 2;
/** Of what was sent beyond the capacity. */
const shareWaiting = 0.25;
/** A load above 1 by less than this does not count: it is rounding of instants, not a growth that a trial can show. */
const smallest = 0.001;

/**
 *   saturated   overload is shown, as above
 *   steady      a load below 1 is shown, by the same t test at .05 on the other side, or no queue grew, or the servers were seldom all busy
 *   open        neither: the trial is too short to tell, and its response times may depend on its length
 */
export type Steadiness = "saturated" | "steady" | "open";

export function steadiness(flight: Flight, load: Load): Steadiness {
  const { fromMs, toMs, servers } = load;
  const gaps = busyGaps(flight, load);
  const means = loadsOf(gaps, load.ratePerSecond);
  if (means === null) return "steady";
  const beyond = mean(means) - 1;
  const error = standardDeviation(means) / Math.sqrt(means.length);
  const tail = error === 0 ? 0 : studentTails(beyond / error, means.length - 1) / 2;
  const waiting = inFlightAt(flight, toMs) - Math.max(servers, inFlightAt(flight, fromMs));
  if (beyond > smallest) {
    if (tail < saturationAlpha && waiting >= shareWaiting * beyond * gaps.length) return "saturated";
  } else if (tail < steadyAlpha) return "steady";
  // A service that works on more at once than was declared has departures as its arrivals: a load of 1, and no queue that grows.
  return grew(flight, load) ? "open" : "steady";
}

/** Of a trial that does not show it: its queue grew, and its load may be the capacity or more. */
export const steadyCode = "steady-not-shown";

export function steadyFindings(found: Steadiness): Finding[] {
  return found !== "open"
    ? []
    : [
        {
          severity: "warning",
          code: steadyCode,
          message:
            "steady not shown: its queue grew, and the trial is too short to tell a load just below the capacity from one above it",
          advice:
            "A longer trial, or a lower rate: response times at or above the capacity depend on the length of the trial.",
        },
      ];
}

/** Means of groups of consecutive busy times, of the law's mean gap: their mean is the load. Null for too few. */
function loadsOf(gaps: Float64Array, ratePerSecond: number): number[] | null {
  const groups = Math.min(mostGroups, Math.floor(gaps.length / fewestInGroup));
  if (groups < fewestGroups) return null;
  const size = Math.floor(gaps.length / groups);
  return Array.from(
    { length: groups },
    (_, group) =>
      (mean(gaps.subarray(gaps.length - (groups - group) * size, gaps.length - (groups - group - 1) * size)) *
        ratePerSecond) /
      1000,
  );
}

/** Whether more were in flight in the last third than in the first. */
function grew(flight: Flight, { fromMs, toMs }: Load): boolean {
  const third = (toMs - fromMs) / 3;
  return meanInFlight(flight, toMs - third, toMs) > mostGrowth * meanInFlight(flight, fromMs, fromMs + third);
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
