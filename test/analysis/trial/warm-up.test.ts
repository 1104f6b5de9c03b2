import { describe, expect, it } from "vitest";
import { mserCut, transientLength, transientRequests } from "../../../analysis/trial/warm-up.ts";
import { queues, runOf, streams } from "../../../bench/coverage/queues.ts";
import { flightOfRun } from "../../../bench/coverage/trials.ts";
import { simulateQueue } from "../../../bench/queue.ts";

describe("MSER-5", () => {
  it("cuts where the squared standard error of the rest is least: by hand, after the two high batches", () => {
    expect(mserCut(Float64Array.of(9, 8, 1, 2, 1, 2, 1, 2))).toBe(2);
  });

  it("never cuts more than half", () => {
    expect(mserCut(Float64Array.of(9, 9, 9, 9, 9, 9, 1, 1))).toBeLessThanOrEqual(4);
  });
});

describe("the warm-up", () => {
  const steady = (seed: number) => {
    const arrival = { kind: "exponential" } as const;
    const { samples } = simulateQueue({ arrival, utilisation: 0.6, requests: 1000, seed, serviceCv: 0.5 });
    return Float64Array.from(samples, ({ completedMs, scheduledMs }) => completedMs - scheduledMs);
  };

  it("finds nothing in a stationary queue, in at least 98 of 100 trials", () => {
    const cuts = Array.from({ length: 300 }, (_, seed) => transientLength(steady(seed)));
    expect(cuts.filter((cut) => cut > 0).length).toBeLessThanOrEqual(6);
  });

  it("finds a cold start of 150 requests that take four times as long: all of it, most often exactly, never past half", () => {
    const cuts = Array.from({ length: 50 }, (_, seed) =>
      transientLength(steady(seed).map((value, index) => (index < 150 ? 4 * value : value))),
    );
    expect(cuts.filter((cut) => cut >= 140 && cut <= 500).length).toBeGreaterThanOrEqual(47);
    expect(cuts.filter((cut) => Math.abs(cut - 150) <= 10).length).toBeGreaterThanOrEqual(30);
  });

  it("is not found in the requests in flight of a stationary queue either: at most 10 of 100 bursts pass for one", () => {
    const cuts = Array.from({ length: 200 }, (_, seed) => {
      const load = { requests: 1000, utilisation: 0.8, ...streams(`bursts/${seed}`, `bursts/${seed}`) };
      const run = runOf(queues.find(({ name }) => name === "gamma cv 2")!, load);
      return transientRequests(run, flightOfRun(run), { first: 0, last: 1000 });
    });
    expect(cuts.filter((cut) => cut > 0).length).toBeLessThanOrEqual(20);
  });

  it("says nothing of a trial of fewer than 200 requests", () => {
    expect(transientLength(Float64Array.from({ length: 199 }, (_, i) => (i < 50 ? 100 : 1)))).toBe(0);
  });
});
