/**
 * The rate at which the steady state of the queue just meets an SLO: the highest with P(response > limit) <= the late share that
 * is allowed, by bisection on one long simulation, whose arrivals and service draws are the same at every rate.
 */
import { mean } from "../../../analysis/statistics/moments.ts";
import { arrivalOf } from "../../../workloads/arrivals/index.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import type { ArrivalSpec } from "../../../workloads/spec/spec.ts";
import { drawn, eachResponse, type QueueShape } from "./queue-model.ts";

export interface SteadyState {
  /** Highest rate that holds the SLO, per second; 0 where none does. */
  capacityPerSecond(meanMs: number, allowedShare: number): number;
  /** Standard error of the logarithm of that rate: of the simulation itself, by its batches. */
  error(meanMs: number, capacityPerSecond: number): number;
}

export interface SteadyStateQuestion extends QueueShape {
  readonly arrival: ArrivalSpec;
  readonly limitMs: number;
  /** Length of the simulation. */
  readonly requests: number;
  readonly seed: number;
}

const bisections = 13;
const batches = 40;
/** Of the simulation, left out: it begins with an empty queue. */
const beginShare = 0.02;

/** Time is counted in mean gaps, so that the load per server times the servers is the mean service time. */
export function steadyState(question: SteadyStateQuestion): SteadyState {
  const { shape, servers, arrival, limitMs, requests, seed } = question;
  const instants = unitInstants(arrival, requests, seed);
  const draws = drawn(shape, requests, randomStream(seed, "steady-state-service"));
  const from = Math.floor(beginShare * requests);
  const size = (requests - from) / batches;
  /** Share of late requests in each batch. @param limit in mean service times */
  const lateIn = (load: number, limit: number) => {
    const meanMs = load * servers;
    const late = new Float64Array(batches);
    eachResponse(instants, draws, { meanMs, servers }, (row, response) => {
      if (row < from || response <= limit * meanMs) return;
      late[Math.min(batches - 1, Math.floor((row - from) / size))]! += 1 / size;
    });
    return late;
  };
  return {
    capacityPerSecond(meanMs, allowedShare) {
      let [low, high] = [0, 1];
      for (let step = 0; step < bisections; step++) {
        const middle = (low + high) / 2;
        if (mean(lateIn(middle, limitMs / meanMs)) <= allowedShare) low = middle;
        else high = middle;
      }
      return low === 0 ? 0 : (((low + high) / 2) * servers * 1000) / meanMs;
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
function unitInstants(arrival: ArrivalSpec, requests: number, seed: number): Float64Array {
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
