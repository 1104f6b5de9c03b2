import { describe, expect, it } from "vitest";
import { md1WaitCdf } from "../../../bench/calibration/theory.ts";
import { searched, trueCapacity } from "../../../bench/capacity/searches.ts";
import { queues } from "../../../bench/coverage/queues.ts";
import { type Capacity, type CapacitySearch, searchCapacity } from "../../../study/capacity/capacity.ts";
import type { Observation } from "../../../study/capacity/search/queue-model.ts";

const queue = (name: string) => queues.find((one) => one.name === name)!;
/** Short enough for a test; what that costs in precision is in the interval. */
const steadyRequests = 40_000;
/** Simulated, not waited for, but a busy machine takes its time. */
const timeoutMs = 90_000;

describe("the capacity of a queue whose steady state is known", () => {
  it(
    "is in the interval of searches by short probes as often as it says, without the bias of the probes",
    async () => {
      const [limitMs, truth] = [500, 50 - Math.log(100) / 0.5];
      expect(trueCapacity(queue("M/M/1"), limitMs)).toBeCloseTo(truth, 3);
      const found: Capacity<Observation>[] = [];
      for (let seed = 1; seed <= 6; seed++) {
        found.push(await searched(queue("M/M/1"), limitMs, seed, { steadyRequests, tolerance: 0.2 }));
      }
      const estimates = found.map(({ estimate }) => estimate!);
      // 95 % of 6: fewer than 4 would have probability .002.
      expect(
        estimates.filter(({ low, high }) => low <= truth && truth <= high).length,
      ).toBeGreaterThanOrEqual(4);
      // Each is off by about 5 %, so that this is 3 standard errors of their mean. By the probes' own quantiles it was +17 %.
      const logs = estimates.map(({ value }) => Math.log(value / truth));
      expect(Math.abs(logs.reduce((sum, log) => sum + log, 0) / 6)).toBeLessThan(0.06);
    },
    timeoutMs,
  );

  it(
    "of constant service times is exact but for the simulated steady state, bursts of arrivals or not",
    async () => {
      expect(md1WaitCdf(trueCapacity(queue("M/D/1"), 500) / 1000, 20, 480)).toBeCloseTo(0.99, 3);
      for (const [name, requests] of [
        ["M/D/1", steadyRequests],
        ["gamma cv 4", 8 * steadyRequests],
      ] as const) {
        const { estimate, probes, stoppedBy } = await searched(queue(name), 500, 1, {
          steadyRequests: requests,
          tolerance: 0.2,
        });
        const truth = trueCapacity(queue(name), 500);
        expect(estimate!.low, name).toBeLessThanOrEqual(truth);
        expect(estimate!.high, name).toBeGreaterThanOrEqual(truth);
        expect(estimate!.high / estimate!.low, name).toBeLessThan(1.5);
        expect([stoppedBy, probes.length >= 8], name).toEqual(["tolerance", true]);
      }
    },
    timeoutMs,
  );

  it("within a budget that does not suffice has a wide interval, and says by what it was ended", async () => {
    const { estimate, stoppedBy, probes } = await searched(queue("M/M/1"), 500, 3, {
      ...{ steadyRequests, tolerance: 0.01, mostProbes: 4 },
    });
    expect([stoppedBy, probes.length]).toEqual(["probes", 4]);
    expect(estimate!.high / estimate!.low).toBeGreaterThan(1.05);
  });
});

/** Every request takes as long as this says; none meets another. */
function plain(responseOf: (ratePerSecond: number, row: number) => number): CapacitySearch<Observation> {
  return {
    probe: async (ratePerSecond) => {
      const scheduledMs = Float64Array.from({ length: 200 }, (_, row) => row * 50);
      const responseMs = scheduledMs.map((_, row) => responseOf(ratePerSecond, row));
      return { ratePerSecond, scheduledMs, responseMs, fromMs: 1000 };
    },
    serviceMs: new Float64Array(20).fill(20),
    ...{ servers: 1, cv: 1, slo: { quantile: 0.99, responseMs: 500 }, lowest: 1, highest: 40 },
    ...{ steadyRequests: 20_000, mostProbes: 8 },
  };
}

it("a capacity that no fitted probe was near says so: the service became another one after the first probes", async () => {
  let probes = 0;
  const changing = plain((_, row) => {
    if (row === 0) probes++;
    return probes <= 2 ? 20 : 4000;
  });
  const steady = plain(() => 20);
  const doubtsOf = async (search: CapacitySearch<Observation>) =>
    (await searchCapacity({ ...search, highest: 400, mostProbes: 6 })).doubts.join("; ");
  expect(await doubtsOf(changing)).toContain(
    "none of the fitted probes is within 10 % of this rate: the last was at",
  );
  expect(await doubtsOf(steady)).not.toContain("none of the fitted probes");
});

describe("a service that is no queue", () => {
  it("and is never late has no capacity that was looked at: only that it is above", async () => {
    const { estimate, place } = await searchCapacity(plain(() => 20));
    expect({ estimate, place }).toEqual({ estimate: null, place: "above" });
  });

  it("and is always late holds at no rate", async () => {
    const { estimate, place } = await searchCapacity(plain(() => Number.POSITIVE_INFINITY));
    expect({ estimate, place }).toEqual({ estimate: null, place: "below" });
  });

  it("and fails 2 of 100 requests at any rate does not hold 99 %", async () => {
    const { place } = await searchCapacity(plain((_, row) => (row % 50 === 0 ? Number.NaN : 20)));
    expect(place).toBe("below");
  });

  it("and stands still for a while in one probe of four is doubted, with an interval as wide as its probes differ", async () => {
    let probe = 0;
    const standing = plain(() => 20);
    const found = await searchCapacity({
      ...standing,
      async probe(ratePerSecond, index, leastSeconds) {
        const seen = await standing.probe(ratePerSecond, index, leastSeconds);
        const stands = probe++ % 4 === 3;
        return { ...seen, responseMs: seen.responseMs.map((ms, row) => (stands && row > 150 ? 900 : ms)) };
      },
      mostProbes: 12,
      highest: 400,
    });
    expect(found.doubts.length).toBeGreaterThan(0);
    if (found.estimate !== null) expect(found.estimate.high / found.estimate.low).toBeGreaterThan(1.1);
  });
});
