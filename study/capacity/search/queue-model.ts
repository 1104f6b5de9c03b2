/**
 * The queue that stands for the service in a capacity search: first come, first served, c servers, service times of one law.
 *
 *   start_i = max(arrival_i, earliest free server)      response_i = start_i + s x_i - arrival_i      (Lindley 1952)
 *
 *   s  mean service time, ms: the one unknown      x_i  drawn from the shape, mean 1: of requests that met an idle service
 *
 * It is not believed, it is fitted: s is set so that the simulated probes are as late as the measured ones (service-time.ts),
 * and what it cannot explain is looked for (doubts.ts).
 */
import type { Random } from "../../../workloads/random/random.ts";

/** A probe: what was sent, and what came of it. */
export interface Observation {
  readonly ratePerSecond: number;
  /** All of the schedule, warm-up too, since its queue is the beginning of the rest; ms, ascending. */
  readonly scheduledMs: Float64Array;
  /**
   * From the scheduled instant, in the same order. Infinity for one that was never answered, NaN for one that failed: it says
   * nothing of the queue, and is counted by itself.
   */
  readonly responseMs: Float64Array;
  /** Requests scheduled before this are not judged. */
  readonly fromMs: number;
}

export interface QueueShape {
  readonly servers: number;
  /** Service times over their mean: what the law is drawn from. */
  readonly shape: Float64Array;
}

/** How late a request is in the sense of the search, by its response time over the limit: 0 to 1, never falling. */
export type Lateness = (share: number) => number;

/** The SLO itself: 1 beyond the limit, 0 within. Rare, and so its sum varies much. */
export const beyondLimit: Lateness = (share) => (share > 1 ? 1 : 0);

/**
 * Nearly the SLO, and much steadier: the fourth power of the share of the limit, at most 1. Half of the limit counts a
 * sixteenth.
 */
export const nearLimit: Lateness = (share) => {
  if (share >= 1) return 1;
  const square = share * share;
  return square * square;
};

/** Sum over the judged requests. */
export function measuredLateness(observation: Observation, limitMs: number, of: Lateness): number {
  let sum = 0;
  for (let row = 0; row < observation.scheduledMs.length; row++) {
    if (isJudged(observation, row)) sum += of(observation.responseMs[row]! / limitMs);
  }
  return sum;
}

export interface SimulatedQueue {
  /** Mean service time, ms. */
  readonly meanMs: number;
  readonly servers: number;
}

/** The same over the same requests, as the simulated queue would have answered them with these draws of the shape. */
export function simulatedLateness(
  observation: Observation,
  draws: Float64Array,
  queue: SimulatedQueue,
  limitMs: number,
  of: Lateness,
): number {
  const responseMs = responsesInto(new Float64Array(draws.length), observation.scheduledMs, draws, queue);
  let sum = 0;
  for (let row = 0; row < responseMs.length; row++) {
    if (isJudged(observation, row)) sum += of(responseMs[row]! / limitMs);
  }
  return sum;
}

function isJudged({ scheduledMs, responseMs, fromMs }: Observation, row: number): boolean {
  return scheduledMs[row]! >= fromMs && !Number.isNaN(responseMs[row]!);
}

/** Response times of the recursion above, written over `into`. One server is by itself since most time goes into this loop. */
export function responsesInto(
  into: Float64Array,
  arrivals: Float64Array,
  draws: Float64Array,
  { meanMs, servers }: SimulatedQueue,
): Float64Array {
  if (servers === 1) {
    let free = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < arrivals.length; row++) {
      const arrived = arrivals[row]!;
      free = Math.max(arrived, free) + meanMs * draws[row]!;
      into[row] = free - arrived;
    }
    return into;
  }
  const free = new Float64Array(servers).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < arrivals.length; row++) {
    const arrived = arrivals[row]!;
    let earliest = 0;
    for (let server = 1; server < servers; server++) if (free[server]! < free[earliest]!) earliest = server;
    const done = Math.max(arrived, free[earliest]!) + meanMs * draws[row]!;
    free[earliest] = done;
    into[row] = done - arrived;
  }
  return into;
}

/** Draws with replacement. */
export function drawn(from: Float64Array, count: number, random: Random): Float64Array {
  const draws = new Float64Array(count);
  for (let index = 0; index < count; index++) draws[index] = from[random.index(from.length)]!;
  return draws;
}

/** Service times over their mean. */
export function shapeOf(serviceMs: Float64Array): Float64Array {
  let sum = 0;
  for (const ms of serviceMs) sum += ms;
  return serviceMs.map((ms) => (ms * serviceMs.length) / sum);
}

/** Response times of requests that met no other one in the service: its service times by themselves, ms. */
export function metNone({ scheduledMs, responseMs }: Observation): number[] {
  const found: number[] = [];
  let busyUntil = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < scheduledMs.length; row++) {
    const response = responseMs[row]!;
    // When a failed one left the service is not known well enough for the next to count as alone.
    if (Number.isNaN(response)) continue;
    if (scheduledMs[row]! >= busyUntil && Number.isFinite(response)) found.push(response);
    busyUntil = Math.max(busyUntil, scheduledMs[row]! + response);
  }
  return found;
}

/** Judged requests, and how many of them failed. */
export function failuresIn(observations: readonly Observation[]): { requests: number; failed: number } {
  let [requests, failed] = [0, 0];
  for (const { scheduledMs, responseMs, fromMs } of observations) {
    for (let row = 0; row < scheduledMs.length; row++) {
      if (scheduledMs[row]! < fromMs) continue;
      requests++;
      if (Number.isNaN(responseMs[row]!)) failed++;
    }
  }
  return { requests, failed };
}
