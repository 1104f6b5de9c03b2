/** The known-answer server's queue against theory, in virtual time: what it is the answer to is known. */
import { describe, expect, it } from "vitest";
import {
  lindleyWaits,
  md1MeanWait,
  md1WaitCdf,
  mdcMeanWait,
  mm1MeanResponse,
  mm1ResponseQuantile,
} from "../../../bench/calibration/theory.ts";
import { type QueueSpec, queue } from "../../../infra/known-answer/queue.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import { drawOffsetsMs } from "../../../workloads/schedule/schedule.ts";

/** Response times in ms of Poisson or other arrivals. */
function responses(spec: QueueSpec, offsetsMs: Float64Array): Float64Array {
  const served = queue<number>(spec);
  const result = new Float64Array(offsetsMs.length);
  const take = (untilMs: number) => {
    for (const { item, atMs } of served.completedBy(untilMs)) result[item] = atMs - offsetsMs[item]!;
  };
  offsetsMs.forEach((at, index) => {
    take(at);
    served.arrive(index, at);
  });
  take(Number.POSITIVE_INFINITY);
  return result;
}

function arrivals(ratePerSecond: number, seed: number, seconds = 100): Float64Array {
  return drawOffsetsMs(
    { kind: "exponential" },
    { ratePerSecond, durationSeconds: seconds },
    randomStream(seed, "calibration"),
  );
}

/** Mean over independent runs with the half-width of its 99.9 % t interval (30 runs: t = 3.66). */
function over(runs: number, figure: (seed: number) => number): { mean: number; half: number } {
  const values = Array.from({ length: runs }, (_, seed) => figure(seed));
  const mean = values.reduce((sum, value) => sum + value, 0) / runs;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (runs - 1));
  return { mean, half: (3.66 * sd) / Math.sqrt(runs) };
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rest = (values: Float64Array) => values.slice(Math.floor(values.length / 10));

describe("M/D/1 at utilisation 0.8", () => {
  const spec = { service: { kind: "constant", ms: 10 }, servers: 1 } as const;

  it("waits as long on average as Pollaczek and Khinchine say", () => {
    const { mean: measured, half } = over(30, (seed) => mean(rest(responses(spec, arrivals(80, seed)))) - 10);
    expect(Math.abs(measured - md1MeanWait(0.08, 10))).toBeLessThan(half);
  });

  it.each([0, 15, 40])("waits at most %d ms with Erlang's probability", (t) => {
    const { mean: measured, half } = over(30, (seed) => {
      const all = rest(responses(spec, arrivals(80, seed)));
      return all.filter((response) => response - 10 <= t + 1e-9).length / all.length;
    });
    expect(Math.abs(measured - md1WaitCdf(0.08, 10, t))).toBeLessThan(half);
  });

  it("is Lindley's recursion, request by request", () => {
    const offsets = arrivals(80, 1);
    const waits = lindleyWaits(offsets, 10);
    responses(spec, offsets).forEach((response, i) => {
      expect(Math.abs(response - waits[i]! - 10)).toBeLessThan(1e-6);
    });
  });
});

describe("M/M/1 at utilisation 0.7", () => {
  const spec = (seed: number) =>
    ({ service: { kind: "exponential", meanMs: 10, seed }, servers: 1 }) as const;

  it("has its mean response time and its 95th percentile", () => {
    const runs = (seed: number) => rest(responses(spec(seed), arrivals(70, seed)));
    const average = over(30, (seed) => mean(runs(seed)));
    expect(Math.abs(average.mean - mm1MeanResponse(0.07, 10))).toBeLessThan(average.half);
    const p95 = mm1ResponseQuantile(0.07, 10, 0.95);
    const below = over(30, (seed) => {
      const all = runs(seed);
      return all.filter((response) => response <= p95).length / all.length;
    });
    expect(Math.abs(below.mean - 0.95)).toBeLessThan(below.half);
  });
});

it.each([2, 4])("M/D/%d waits as long on average as Crommelin's chain says", (servers) => {
  const spec = { service: { kind: "constant", ms: 10 }, servers } as const;
  const rate = 0.08 * servers;
  const { mean: measured, half } = over(
    30,
    (seed) => mean(rest(responses(spec, arrivals(rate * 1000, seed)))) - 10,
  );
  expect(Math.abs(measured - mdcMeanWait(rate, 10, servers))).toBeLessThan(half);
});

it("Crommelin's chain agrees with Pollaczek and Khinchine at one server", () => {
  expect(mdcMeanWait(0.08, 10, 1)).toBeCloseTo(md1MeanWait(0.08, 10), 8);
});

it("serves what waits as one batch, up to the most it takes, and answers it as a whole", () => {
  const spec = { service: { kind: "batch", fixedMs: 10, perItemMs: 2, most: 3 }, servers: 1 } as const;
  // The first alone until 12; then three of the four that wait, until 28; then the last, until 40.
  const at = responses(spec, Float64Array.of(0, 1, 2, 3, 4)).map((response, i) => response + i);
  expect([...at]).toEqual([12, 28, 28, 28, 40]);
});

it("does no work while it is frozen, and carries the backlog on", () => {
  const spec = {
    service: { kind: "constant", ms: 10 },
    servers: 1,
    freeze: { atMs: 15, forMs: 100 },
  } as const;
  const at = responses(spec, Float64Array.of(0, 12, 50, 130)).map((r, i) => r + [0, 12, 50, 130][i]!);
  expect([...at]).toEqual([10, 122, 132, 142]);
});
