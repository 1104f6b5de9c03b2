/**
 * The queues that every claim is tried on, and how a trial of one is drawn. First come, first served, unlimited waiting room:
 *
 *   start_i = max(arrival_i, earliest free server)      completed_i = start_i + service_i
 *
 * Begun in the steady state (a burn-in of 8 relaxation times is thrown away) unless a claim is of the start itself.
 */
import { type Random, randomStream } from "../../workloads/random/random.ts";

export interface Queue {
  readonly name: string;
  readonly servers: number;
  /** Coefficient of variation of the gaps between arrivals (gamma; 1 is Poisson) and of the service times (gamma; 0: constant). */
  readonly arrivalCv: number;
  readonly serviceCv: number;
}

export const queues: readonly Queue[] = [
  { name: "M/D/1", servers: 1, arrivalCv: 1, serviceCv: 0 },
  { name: "M/M/1", servers: 1, arrivalCv: 1, serviceCv: 1 },
  { name: "M/M/2", servers: 2, arrivalCv: 1, serviceCv: 1 },
  { name: "M/D/2", servers: 2, arrivalCv: 1, serviceCv: 0 },
  { name: "gamma cv 2", servers: 1, arrivalCv: 2, serviceCv: 0 },
  { name: "gamma cv 4", servers: 1, arrivalCv: 4, serviceCv: 0 },
];

export interface Load {
  /** Requests in the trial. */
  readonly requests: number;
  /** rate x mean service time / servers */
  readonly utilisation: number;
  /** Mean service time, ms; 20 unless said otherwise. */
  readonly serviceMs?: number;
  /** Arrivals of a block are shared by its arms, services are not. */
  readonly arrivals: Random;
  readonly services: Random;
  /** Requests served before the first of the trial; by default 8 relaxation times. 0: begun empty. */
  readonly burnIn?: number;
}

/** Requests in the order of the schedule, ms. */
export interface Run {
  readonly scheduledMs: Float64Array;
  readonly completedMs: Float64Array;
  readonly ratePerSecond: number;
  readonly endMs: number;
}

export function runOf(queue: Queue, load: Load): Run {
  const { requests, utilisation, serviceMs = 20 } = load;
  const burnIn = load.burnIn ?? relaxation(queue, utilisation) * 8;
  const gapMs = serviceMs / (utilisation * queue.servers);
  const gap = drawOf(load.arrivals, queue.arrivalCv, gapMs);
  const service = drawOf(load.services, queue.serviceCv, serviceMs);
  const free = new Float64Array(queue.servers);
  const scheduledMs = new Float64Array(requests);
  const completedMs = new Float64Array(requests);
  let now = 0;
  for (let index = -burnIn; index < requests; index++) {
    now += gap();
    let server = 0;
    for (let other = 1; other < free.length; other++) if (free[other]! < free[server]!) server = other;
    free[server] = Math.max(now, free[server]!) + service();
    if (index < 0) continue;
    scheduledMs[index] = now;
    completedMs[index] = free[server]!;
  }
  // Time begins with the trial: half a gap before its first request.
  const startMs = scheduledMs[0]! - gapMs / 2;
  for (let index = 0; index < requests; index++) {
    scheduledMs[index]! -= startMs;
    completedMs[index]! -= startMs;
  }
  return { scheduledMs, completedMs, ratePerSecond: 1000 / gapMs, endMs: requests * gapMs };
}

export function responsesOf({ scheduledMs, completedMs }: Run): Float64Array {
  return completedMs.map((completed, index) => completed - scheduledMs[index]!);
}

/** Requests over which a queue forgets, from heavy traffic: (c_a^2 + c_s^2) / (1 - rho)^2; a queue above its capacity has none. */
export function relaxation({ arrivalCv, serviceCv }: Queue, utilisation: number): number {
  return utilisation >= 1 ? 0 : Math.ceil((arrivalCv ** 2 + serviceCv ** 2) / (1 - utilisation) ** 2);
}

export function drawOf(random: Random, cv: number, mean: number): () => number {
  if (cv === 0) return () => mean;
  if (cv === 1) return () => mean * random.exponential();
  const shape = 1 / cv ** 2;
  return () => (mean / shape) * random.gamma(shape);
}

/** Two streams for one trial: arrivals by the block's key, services by the trial's own. */
export function streams(block: string, trial: string): Pick<Load, "arrivals" | "services"> {
  return { arrivals: randomStream(block, "arrivals"), services: randomStream(trial, "services") };
}
