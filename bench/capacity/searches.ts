/** Capacity searches of simulated services whose capacity is known. */
import {
  type Capacity,
  defaultLeastProbes,
  defaultMostProbes,
  searchCapacity,
} from "../../study/capacity/capacity.ts";
import type { Observation } from "../../study/capacity/search/queue-model.ts";
import { unitInstants } from "../../study/capacity/search/steady-state.ts";
import { type Random, randomStream } from "../../workloads/random/random.ts";
import type { ArrivalSpec } from "../../workloads/spec/spec.ts";
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

let drawn: { readonly key: string; readonly instants: Float64Array } | undefined;

/** Those of one queue and seed are drawn once, whatever the limit and the budget: each row has its seeds for itself. */
function steadyArrivals(arrival: ArrivalSpec, requests: number, seed: number): Float64Array {
  const key = JSON.stringify([arrival, requests, seed]);
  if (drawn?.key !== key) drawn = { key, instants: unitInstants(arrival, requests, seed) };
  return drawn.instants;
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
    steadyArrivals,
    // As service-capacity.ts has it.
    leastProbes: Math.min(defaultLeastProbes, options.mostProbes ?? defaultMostProbes),
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
