import { describe, expect, it } from "vitest";
import { type ArrivalSpec, arrivalSpec } from "../../../workloads/arrivals/index.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import { autocorrelations, dispersion } from "../../../workloads/schedule/arrival-statistics.ts";
import { audit, sendResolutionMs } from "../../../workloads/schedule/audit.ts";
import { drawOffsetsMs } from "../../../workloads/schedule/schedule.ts";

const size = { ratePerSecond: 200, durationSeconds: 10 };
/** What differs in the clusters alone is seen where there are many of them. */
const long = { ratePerSecond: 200, durationSeconds: 30 };
const bursty: ArrivalSpec = { kind: "gamma", cv: 4 };
const poisson: ArrivalSpec = { kind: "exponential" };

function draw(arrival: ArrivalSpec, seed: number, of = size): Float64Array {
  return drawOffsetsMs(arrival, of, randomStream(seed, "test"));
}

function merged(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part])).sort();
}

describe("passes honest schedules", () => {
  const laws: readonly unknown[] = [
    { kind: "constant" },
    { kind: "exponential" },
    { kind: "gamma", cv: 0.5 },
    { kind: "gamma", cv: 4 },
    { kind: "weibull", shape: 0.5 },
    { kind: "lognormal", cv: 2 },
    { kind: "mmpp", levels: [1, 6], meanSeconds: [0.8, 0.2] },
    { kind: "profile", of: { kind: "gamma", cv: 2 }, over: { shape: "ramp", from: 1, to: 3 } },
  ];
  it.each(laws)("%j", (spec) => {
    const arrival = arrivalSpec.parse(spec);
    const result = audit({ ...size, arrival, offsetsMs: draw(arrival, 1) });
    expect(result.passed, result.sentence).toBe(true);
  });

  it("with the false alarm rate it states", () => {
    const n = 200;
    const of = { ratePerSecond: 100, durationSeconds: 2 };
    let alarms = 0;
    for (let seed = 0; seed < n; seed++) {
      const offsetsMs = draw({ kind: "gamma", cv: 2 }, seed, of);
      if (
        audit({ ...of, arrival: { kind: "gamma", cv: 2 }, offsetsMs, alpha: 0.05, draws: 19, seed }).p <= 0.05
      )
        alarms++;
    }
    // Binomial(200, .05): 10 expected, 99.8 % within 2 to 21.
    expect(alarms).toBeGreaterThanOrEqual(2);
    expect(alarms).toBeLessThanOrEqual(21);
  });

  it("sent with a real generator's lateness, even where the law is even", () => {
    const jitter = randomStream(1, "jitter");
    const offsetsMs = draw({ kind: "constant" }, 1).map((at) => at + 0.02 * jitter.exponential());
    expect(audit({ ...size, arrival: { kind: "constant" }, offsetsMs }).passed).toBe(true);
  });
});

it("passes the sends of a bursty law although a sender needs time for each, where it is told the resolution", () => {
  let free = 0;
  const offsetsMs = draw(bursty, 1).map((at) => {
    // 20 us each, one after the other: most gaps of the law are shorter.
    free = Math.max(at, free + 0.02);
    return free;
  });
  const request = { ...size, arrival: bursty, offsetsMs };
  expect(audit(request).passed).toBe(false);
  expect(audit({ ...request, resolutionMs: sendResolutionMs(size.ratePerSecond) }).passed).toBe(true);
});

describe("catches", () => {
  const caught = (arrival: ArrivalSpec, offsetsMs: Float64Array, of = size) => {
    const result = audit({ ...of, arrival, offsetsMs });
    expect(result.passed, result.sentence).toBe(false);
    return result;
  };

  it.each([4, 16, 64])("a gamma stream split into %d independent gammas", (workers) => {
    const perWorker = { ...long, ratePerSecond: long.ratePerSecond / workers };
    const parts = Array.from({ length: workers }, (_, worker) => draw(bursty, 100 + worker, perWorker));
    caught(bursty, merged(parts), long);
  });

  it("such a split although each worker's own arrivals follow the law", () => {
    const perWorker = { ...size, ratePerSecond: size.ratePerSecond / 4 };
    const own = draw(bursty, 100, perWorker);
    expect(audit({ ...perWorker, arrival: bursty, offsetsMs: own }).passed).toBe(true);
  });

  it.each([2, 16])("one seed shared by %d workers", (workers) => {
    const part = draw(poisson, 5, { ...size, ratePerSecond: size.ratePerSecond / workers });
    caught(poisson, merged(new Array(workers).fill(part)));
  });

  it("one seed shared by workers that start a little apart, so that no two arrivals coincide", () => {
    const part = draw(poisson, 5, { ...size, ratePerSecond: size.ratePerSecond / 4 });
    const parts = [0, 7.3, 16.1, 23.9].map((shiftMs) => part.map((at) => at + shiftMs));
    caught(poisson, merged(parts));
  });

  it("a schedule rescaled to end exactly at n / rate", () => {
    for (const arrival of [poisson, bursty]) {
      const honest = draw(arrival, 6);
      const scale = ((honest.length / size.ratePerSecond) * 1000) / honest.at(-1)!;
      expect(
        caught(
          arrival,
          honest.map((at) => at * scale),
        ).sentence,
      ).toContain("end / (n / rate)");
    }
  });

  it("a generator that thins under load: one connection busy for 2 ms drops what comes meanwhile", () => {
    let busyUntil = 0;
    const sent = draw(poisson, 7).filter((at) => {
      if (at < busyUntil) return false;
      busyUntil = at + 2;
      return true;
    });
    caught(poisson, sent);
  });

  it("another law of the same mean, and a closed loop's waiting for answers", () => {
    caught(poisson, draw({ kind: "gamma", cv: 1.3 }, 8));
    caught({ kind: "lognormal", cv: 2 }, draw({ kind: "gamma", cv: 2 }, 8));
    caught(poisson, draw({ kind: "constant" }, 8));
  });
});

it("computes autocorrelation and dispersion as their definitions say", () => {
  // 1, 3, 1, 3, ...: mean 2, every neighbour on the other side: r_1 = -(n - 1)/n, r_2 = (n - 2)/n.
  const series = Float64Array.from({ length: 100 }, (_, index) => 1 + 2 * (index % 2));
  const [r1, r2] = autocorrelations(series, 2);
  expect(r1).toBeCloseTo(-0.99, 10);
  expect(r2).toBeCloseTo(0.98, 10);
  // Counts 2, 0, 2, 0: mean 1, variance 1.
  expect(dispersion(Float64Array.of(1, 2, 21, 22), 10, 40)).toBeCloseTo(1, 10);
});
