/**
 * The mean service time that explains the probes, with its interval, by inverting a test (no normal approximation):
 *
 *   T(s) = lateness of the probes' own schedules in the simulated queue, with one set of draws      rises with s
 *   s_m  = the s at which T(s) of the m-th set of draws is the measured lateness
 *
 * Measured and simulated lateness are of the same schedules, so that the luck of the arrivals, most of all luck, cancels. At the
 * true s the measured T and the simulated ones are exchangeable: of M = 60 k - 1 sets the k-th smallest and the k-th largest
 * s_m hold it in 96.7 %. That is for one look; a search ends at the first of a few at which the interval is narrow, and holds
 * 95 %. Each set draws from a bootstrap of the shape, whose own error is so in the interval.
 */
import { sum } from "../../../analysis/statistics/moments.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import {
  drawn,
  failuresIn,
  type Lateness,
  measuredLateness,
  type Observation,
  type QueueShape,
  shapeOf,
  simulatedLateness,
} from "./queue-model.ts";
import { solve } from "./solve.ts";

/** One set of draws: its service time, and what else it simulates. */
export interface SimulatedSet {
  /** s_m, ms. */
  readonly meanMs: number;
  /** Lateness of each probe at a mean service time. */
  lateness(meanMs: number, of: Lateness): number[];
}

export interface ServiceTime {
  /** Median of the sets, ms. */
  readonly meanMs: number;
  readonly low: number;
  readonly high: number;
  readonly sets: readonly SimulatedSet[];
}

export interface Question {
  readonly limitMs: number;
  readonly of: Lateness;
  readonly seed: number;
  /** Where to begin, ms. */
  readonly nearMs: number;
  /** Sets of draws; few of them give a middle and no interval worth its name. */
  readonly count?: number;
}

/** 60 k - 1 with k = 2, or 1 where there are requests enough for the ends to be near each other anyway. */
const setsPerEnd = 60;
const usualSets = 2 * setsPerEnd - 1;
const fewerSets = setsPerEnd - 1;
const manyRequests = 20_000;

export function serviceTime(
  observations: readonly Observation[],
  { shape, servers }: QueueShape,
  { limitMs, of, seed, nearMs, count = setsFor(observations) }: Question,
): ServiceTime {
  const measured = sum(observations.map((one) => measuredLateness(one, limitMs, of)));
  const { requests, failed } = failuresIn(observations);
  const all = requests - failed;
  const found = Array.from({ length: count }, (_, set): SimulatedSet => {
    const random = randomStream(`${seed}/${set}`, "service-time");
    const resampled = shapeOf(drawn(shape, shape.length, random));
    const draws = observations.map(({ scheduledMs }) => drawn(resampled, scheduledMs.length, random));
    const lateness = (meanMs: number, by: Lateness) =>
      observations.map((one, index) =>
        simulatedLateness(one, draws[index]!, { meanMs, servers }, limitMs, by),
      );
    // Where every request was as late as can be, any longer service explains it too.
    if (measured >= all) return { meanMs: Number.POSITIVE_INFINITY, lateness };
    return { meanMs: solve((meanMs) => sum(lateness(meanMs, of)), measured, nearMs), lateness };
  }).sort((a, b) => a.meanMs - b.meanMs);
  const beyond = Math.max(1, Math.floor((count + 1) / setsPerEnd));
  return {
    meanMs: found[count >> 1]!.meanMs,
    low: found[beyond - 1]!.meanMs,
    high: found[count - beyond]!.meanMs,
    sets: found,
  };
}

function setsFor(observations: readonly Observation[]): number {
  return sum(observations.map(({ scheduledMs }) => scheduledMs.length)) > manyRequests
    ? fewerSets
    : usualSets;
}
