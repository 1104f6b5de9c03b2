/**
 * The rate at which the steady state of the queue just meets an SLO: the highest with P(response > limit) <= the late share that
 * is allowed, found on one long simulation, whose arrivals and service draws are the same at every rate.
 */
import { mean } from "../../../analysis/statistics/moments.ts";
import { arrivalOf } from "../../../workloads/arrivals/index.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import type { ArrivalSpec } from "../../../workloads/spec/spec.ts";
import { drawn, type QueueShape, responsesInto } from "./queue-model.ts";
import { solve } from "./solve.ts";

export interface SteadyState {
  /** Highest rate that holds the SLO, per second; 0 where none does. */
  capacityPerSecond(meanMs: number, allowedShare: number): number;
  /** Standard error of the logarithm of that rate: of the simulation itself, by its batches. */
  error(meanMs: number, capacityPerSecond: number): number;
}

export interface SteadyStateQuestion extends QueueShape {
  /** Arrivals at rate 1, as many as the simulation is long: see `unitInstants`. */
  readonly instants: Float64Array;
  readonly limitMs: number;
  readonly seed: number;
}

/** Lowest load that counts. */
const leastLoad = 1e-4;
const batches = 40;
/** Of the simulation, left out: it begins with an empty queue. */
const beginShare = 0.02;

/** Time is counted in mean gaps, so that the load per server times the servers is the mean service time. */
export function steadyState(question: SteadyStateQuestion): SteadyState {
  const { shape, servers, instants, limitMs, seed } = question;
  const requests = instants.length;
  const draws = drawn(shape, requests, randomStream(seed, "steady-state-service"));
  const responses = new Float64Array(requests);
  const from = Math.floor(beginShare * requests);
  const size = (requests - from) / batches;
  /** Share of late requests in each batch. @param limit in mean service times */
  const lateIn = (load: number, limit: number) => {
    const meanMs = load * servers;
    responsesInto(responses, instants, draws, { meanMs, servers });
    const late = new Float64Array(batches);
    for (let row = from; row < requests; row++) {
      if (responses[row]! > limit * meanMs)
        late[Math.min(batches - 1, Math.floor((row - from) / size))]! += 1 / size;
    }
    return late;
  };
  let nearLoad = 0.7;
  return {
    capacityPerSecond(meanMs, allowedShare) {
      if (allowedShare < 0) return 0;
      const load = solve((at) => mean(lateIn(at, limitMs / meanMs)), allowedShare, nearLoad);
      if (load < leastLoad) return 0;
      nearLoad = Math.min(1, load);
      return (nearLoad * servers * 1000) / meanMs;
    },
    error(meanMs, capacityPerSecond) {
      const load = (capacityPerSecond * meanMs) / servers / 1000;
      const limit = limitMs / meanMs;
      const late = lateIn(load, limit);
      const share = mean(late);
      const variance = late.reduce((sum, one) => sum + (one - share) ** 2, 0) / (batches - 1) / batches;
      // d ln share / d ln load, by a step of 1 % each way: the share grows about exponentially with the load.
      const [above, below] = [mean(lateIn(load * 1.01, limit)), mean(lateIn(load / 1.01, limit))];
      return Math.sqrt(variance) / share / (Math.log(above / below) / Math.log(1.01 ** 2));
    },
  };
}

/** Instants of arrivals at rate 1. */
export function unitInstants(arrival: ArrivalSpec, requests: number, seed: number): Float64Array {
  const size = { ratePerSecond: 1, durationSeconds: Number.POSITIVE_INFINITY };
  const gap = arrivalOf(arrival).gaps(arrival, size, randomStream(seed, "steady-state-arrivals"));
  const instants = new Float64Array(requests);
  let at = 0;
  for (let row = 0; row < requests; row++) {
    at += gap();
    instants[row] = at;
  }
  return instants;
}
