import { expect, it } from "vitest";
import { TestbedError } from "../../../errors/errors.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";
import type { ArrivalSpec } from "../../../workloads/spec/spec.ts";

const request = { ratePerSecond: 100, durationSeconds: 60, seed: 7, payloadCount: 1000 };

/** Made on x64 Linux with Node 20. A change here means that every published schedule has changed. */
const digests: readonly [ArrivalSpec, number, string][] = [
  [{ kind: "constant" }, 6000, "7efe060b47b19278c4eee190f1f839c6435238de93975798018023fa3cc4c256"],
  [{ kind: "exponential" }, 5948, "cb11d0fa53b90d5228c8ab83bc4cbbae5cf99d1abc2a0fc779a81df4c47e0cb8"],
  [{ kind: "gamma", cv: 2 }, 5786, "f2a04d28473df7dee739cfc12127a2cd21c1425c815ac3551bbffdef63f66192"],
  [{ kind: "gamma", cv: 0.5 }, 5964, "4da93984b5517648ee7223e8a10841238f8b072a237b128a3d9b5e2a65f2ad3b"],
  [{ kind: "weibull", shape: 0.6 }, 5895, "5a23a70c3471ae9ba9dc5c77baef6729b79a0c93548207b7167b095e2a9c6804"],
  [{ kind: "lognormal", cv: 2 }, 5777, "1033ea633520f231cff268e2d43fbcb8f710a296b0ec3676d5b5a5d52751e468"],
  [
    { kind: "mmpp", levels: [1, 5], meanSeconds: [5, 1] },
    4714,
    "c2a827951e6097f612628ed6bc4a7dbb36c4f2aff4a8cf65d3f0764ecf438250",
  ],
  [
    { kind: "profile", of: { kind: "gamma", cv: 2 }, over: { shape: "diurnal", cycles: 2, peakToTrough: 4 } },
    5786,
    "528a7c30a8f80d667530890e06267c6621338b11b2c28f92774a5086f8083945",
  ],
];

it.each(digests)("materialises %j to the same schedule on every machine", (arrival, requests, digest) => {
  const schedule = materialise({ ...request, arrival });
  expect(schedule.offsetsMs.length).toBe(requests);
  expect(schedule.digest).toBe(`sha256:${digest}`);
});

it("differs with the seed in arrivals and payloads", () => {
  const arrival = { kind: "exponential" } as const;
  const other = materialise({ ...request, arrival, seed: 8 });
  const one = materialise({ ...request, arrival });
  expect(other.offsetsMs[0]).not.toBe(one.offsetsMs[0]);
  expect(other.payloads.slice(0, 20)).not.toEqual(one.payloads.slice(0, 20));
});

it("draws payloads from a stream of their own: the same texts whatever the arrivals", () => {
  const exponential = materialise({ ...request, arrival: { kind: "exponential" } });
  const constant = materialise({ ...request, arrival: { kind: "constant" } });
  expect(constant.payloads.slice(0, 5000)).toEqual(exponential.payloads.slice(0, 5000));
  expect(Math.max(...constant.payloads)).toBeLessThan(1000);
});

it("spaces constant arrivals evenly and holds exactly rate x duration of them", () => {
  const { offsetsMs } = materialise({ ...request, arrival: { kind: "constant" } });
  expect([offsetsMs[0], offsetsMs[1], offsetsMs.at(-1)]).toEqual([10, 20, 60_000]);
});

it("is not rescaled: the count varies between seeds as the law says", () => {
  // Poisson: mean and variance of the count are both 100 x 10.
  const counts = Array.from(
    { length: 400 },
    (_, seed) =>
      materialise({ ...request, arrival: { kind: "exponential" }, durationSeconds: 10, seed }).offsetsMs
        .length,
  );
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
  expect(Math.abs(mean - 1000)).toBeLessThan(4 * Math.sqrt(1000 / 400));
  expect(Math.abs(variance / 1000 - 1)).toBeLessThan(4 * Math.sqrt(2 / 399));
});

it("is stationary from the start: even a short, bursty schedule has rate x duration requests on average", () => {
  const n = 4_000;
  let sum = 0;
  let squares = 0;
  for (let seed = 0; seed < n; seed++) {
    const count = materialise({
      arrival: { kind: "gamma", cv: 4 },
      ratePerSecond: 10,
      durationSeconds: 6,
      seed,
      payloadCount: 1,
    }).offsetsMs.length;
    sum += count;
    squares += count * count;
  }
  const mean = sum / n;
  const standardError = Math.sqrt((squares / n - mean * mean) / n);
  // Begun with a whole gap it would be about 67.
  expect(Math.abs(mean - 60)).toBeLessThan(4 * standardError);
  expect(standardError).toBeLessThan(1);
});

it("names every senseless value at once", () => {
  const make = () =>
    materialise({
      arrival: { kind: "constant" },
      ratePerSecond: -1,
      durationSeconds: Number.NaN,
      seed: 1,
      payloadCount: 0,
    });
  expect(make).toThrow(TestbedError);
  try {
    make();
  } catch (error) {
    expect((error as TestbedError).problems.map(({ path }) => path)).toEqual(["rate", "duration", "payload"]);
  }
});
