/** Capacity searches of simulated services whose capacity is known. */
import { type Capacity, searchCapacity } from "../../study/capacity/capacity.ts";
import type { Observation } from "../../study/capacity/search/queue-model.ts";
import { type Random, randomStream } from "../../workloads/random/random.ts";
import { type Queue, runOf, streams } from "../coverage/queues.ts";
import truths from "./truth.json" with { type: "json" };

export const serviceMs = 20;
const slo = { quantile: 0.99 };
/** Of a probe, as `testbed capacity` has it by default; the first second is not judged. */
const probeSeconds = 10;
const wantedRequests = 100;
const warmupMs = 1000;
/** Requests asked alone before the first probe: 2 s of them. */
const lone = 100;

/** 15, 25 and 50 service times. */
export const limitsMs = [300, 500, 1000] as const;

/** Requests per second, by closed forms and by a lattice: see truth.py. */
export function trueCapacity({ name }: Queue, limitMs: number): number {
  return (truths as Readonly<Record<string, Readonly<Record<string, number>>>>)[name]![limitMs]!;
}

export interface SearchOptions {
  readonly steadyRequests?: number;
  readonly mostProbes?: number;
  readonly tolerance?: number;
}

export function searched(
  queue: Queue,
  limitMs: number,
  seed: number,
  options: SearchOptions = {},
): Promise<Capacity<Observation>> {
  const key = `${queue.name}/${limitMs}/${seed}`;
  const ceiling = (queue.servers * 1000) / serviceMs;
  return searchCapacity({
    probe: async (rate, index, leastSeconds) =>
      probe(queue, rate, Math.max(probeSeconds, leastSeconds, wantedRequests / rate), `${key}/${index}`),
    serviceMs: Float64Array.from({ length: lone }, serviceOf(queue, randomStream(key, "lone"))),
    servers: queue.servers,
    cv: queue.arrivalCv,
    slo: { ...slo, responseMs: limitMs },
    lowest: 0.01 * ceiling,
    highest: 1.5 * ceiling,
    seed,
    ...options,
  });
}

/** Begins with an empty queue, as a probe does. */
function probe(queue: Queue, ratePerSecond: number, seconds: number, key: string): Observation {
  const { scheduledMs, completedMs } = runOf(queue, {
    requests: Math.round((ratePerSecond * (1000 * seconds + warmupMs)) / 1000),
    utilisation: (ratePerSecond * serviceMs) / 1000 / queue.servers,
    serviceMs,
    ...streams(key, key),
    burnIn: 0,
  });
  const responseMs = completedMs.map((completed, row) => completed - scheduledMs[row]!);
  return { ratePerSecond, scheduledMs, responseMs, fromMs: warmupMs };
}

function serviceOf({ serviceCv }: Queue, random: Random): () => number {
  if (serviceCv === 0) return () => serviceMs;
  return () => random.gamma(1 / serviceCv ** 2) * serviceCv ** 2 * serviceMs;
}
