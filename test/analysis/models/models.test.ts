import { describe, expect, it } from "vitest";
import { traceOf } from "../../../analysis/input/trial-samples.ts";
import { allenCunneenMean } from "../../../analysis/models/allen-cunneen.ts";
import { batchResponses } from "../../../analysis/models/batch-service.ts";
import { type ModelContext, models } from "../../../analysis/models/index.ts";
import { lindleyResponses } from "../../../analysis/models/lindley.ts";
import { idleServiceMs } from "../../../analysis/models/predictions.ts";
import { mean } from "../../../analysis/statistics/moments.ts";
import { simulateQueue } from "../../../bench/queue.ts";
import { randomStream } from "../../../workloads/random/random.ts";

describe("the Lindley recursion", () => {
  it("follows one and two servers by hand", () => {
    const arrivals = Float64Array.of(0, 1, 2, 10);
    expect([...lindleyResponses(arrivals, 1, () => 4)]).toEqual([4, 7, 10, 6]);
    expect([...lindleyResponses(arrivals, 2, () => 4)]).toEqual([4, 4, 6, 4]);
  });

  it("of long M/D/1 and M/M/1 queues has the mean that theory has, within 3 % over 20 runs of 20,000 requests", () => {
    for (const [serviceCv, rho] of [
      [0, 0.7],
      [1, 0.5],
    ] as const) {
      const means = Array.from({ length: 20 }, (_, seed) => {
        const arrival = { kind: "exponential" } as const;
        const run = simulateQueue({ arrival, utilisation: rho, requests: 20_000, seed, serviceCv });
        const times = run.samples.map(({ completedMs, scheduledMs }) => completedMs - scheduledMs);
        return times.reduce((sum, value) => sum + value, 0) / times.length;
      });
      // Pollaczek-Khinchine: S (1 + rho (1 + cs^2) / (2 (1 - rho))), S = 100 ms.
      const exact = 100 * (1 + (rho * (1 + serviceCv ** 2)) / (2 * (1 - rho)));
      expect(Math.abs(means.reduce((sum, value) => sum + value, 0) / 20 / exact - 1)).toBeLessThan(0.03);
    }
  });
});

describe("batches of linear time", () => {
  it("are followed by hand: a free server takes what waits, up to the largest batch", () => {
    const arrivals = Float64Array.of(0, 1, 2, 3, 20);
    // Alone until 5; then two of three, 5 to 11; then the third, 11 to 16; then the last.
    expect([...batchResponses(arrivals, { servers: 1, most: 2 }, (n) => 4 + n)]).toEqual([5, 10, 9, 13, 5]);
    expect([...batchResponses(arrivals, { servers: 1, most: 1 }, () => 5)]).toEqual([
      ...lindleyResponses(arrivals, 1, () => 5),
    ]);
  });

  it("have the mean response that Inoue's bound gives, from below and within 6 %", () => {
    for (const lambda of [0.1, 0.5, 0.8]) {
      const [a, b] = [1, 5];
      const random = randomStream(1, `batches ${lambda}`);
      const arrivals = new Float64Array(100_000);
      for (let row = 1; row < arrivals.length; row++) {
        arrivals[row] = arrivals[row - 1]! - Math.log1p(-random.uniform()) / lambda;
      }
      const found = mean(batchResponses(arrivals, { servers: 1, most: 1e9 }, (n) => b + a * n));
      const bound = inoueBound(lambda, a, b);
      expect(found / bound).toBeLessThan(1.01);
      expect(found / bound).toBeGreaterThan(0.94);
    }
  });
});

/** Inoue (2020), theorem 2: the smaller of two bounds on the mean response time, Poisson arrivals, no largest batch. */
function inoueBound(lambda: number, a: number, b: number): number {
  const light =
    ((a + b) / (2 * (1 - lambda * a))) * (1 + 2 * lambda * b + (1 - lambda * b) / (1 + lambda * a));
  const heavy = ((3 / 2) * b) / (1 - lambda * a) + ((a / 2) * (lambda * a + 2)) / (1 - (lambda * a) ** 2);
  return Math.min(light, heavy);
}

describe("Allen and Cunneen's approximation", () => {
  it("is exact for M/D/1 and M/M/1", () => {
    const at = { serviceMs: 100, ca: 1, servers: 1 };
    expect(allenCunneenMean({ ...at, cs: 0, rho: 0.8 })).toBeCloseTo(300, 9);
    expect(allenCunneenMean({ ...at, cs: 1, rho: 0.8 })).toBeCloseTo(500, 9);
  });
});

describe("a model", () => {
  const arrival = { kind: "exponential" } as const;
  const run = simulateQueue({ arrival, utilisation: 0.6, requests: 4000, seed: 3, serviceCv: 0.5 });
  const trace = traceOf(run.samples);
  const context: ModelContext = {
    arrival,
    ratePerSecond: run.schedule.ratePerSecond,
    servers: 1,
    batch: { servers: 1, most: 1 },
    saturatedPerSecond: null,
    serviceMs: idleServiceMs(trace),
    trials: [
      { id: "t", scheduledMs: trace.scheduledMs, fromMs: 0, toMs: run.schedule.durationSeconds * 1000 },
    ],
  };

  it("knows the service from requests that found it idle: their mean is the service's, unmixed with queueing", () => {
    const mean = context.serviceMs.reduce((sum, value) => sum + value, 0) / context.serviceMs.length;
    expect(Math.abs(mean / 100 - 1)).toBeLessThan(0.05);
    expect(context.serviceMs.length / trace.length).toBeCloseTo(0.4, 1);
  });

  it("of any kind predicts the simulated queue's mean within 8 %", () => {
    const times = run.samples.map(({ completedMs, scheduledMs }) => completedMs - scheduledMs);
    const measured = times.reduce((sum, value) => sum + value, 0) / times.length;
    for (const name of ["lindley", "allen-cunneen"] as const) {
      const predicted = models[name].predict(context).find(({ metric }) => metric === "mean")!.value!;
      expect(Math.abs(predicted / measured - 1), name).toBeLessThan(0.08);
    }
  });

  it("with batches needs an overloaded trial to tell what a full batch takes", () => {
    const batching = { ...context, batch: { servers: 1, most: 8 } };
    expect(models["batch-service"].predict(batching)[0]!.why).toMatch(/no overloaded trial/);
    // T(1) = 100 ms; 40 a second in batches of 8 is 200 ms each: a queue that Lindley sees as overload is none.
    const [p50] = models["batch-service"].predict({ ...batching, saturatedPerSecond: 40 });
    expect(p50!.value).toBeGreaterThan(100);
    expect(models["batch-service"].predict(context)).toEqual([]);
  });

  it("follows a window that begins after 20,000 requests: it predicts what it predicts of the same queue from its start", () => {
    const long = simulateQueue({ arrival, utilisation: 0.6, requests: 60_000, seed: 5, serviceCv: 0.5 });
    const { scheduledMs } = traceOf(long.samples);
    const late = { id: "t", scheduledMs, fromMs: scheduledMs[30_000]!, toMs: scheduledMs[50_000]! };
    const early = {
      id: "t",
      scheduledMs: scheduledMs.slice(10_000, 50_000),
      fromMs: late.fromMs,
      toMs: late.toMs,
    };
    const batching = { batch: { servers: 1, most: 8 }, saturatedPerSecond: 40 };
    for (const name of ["lindley", "batch-service"] as const) {
      const values = (trial: typeof late) =>
        models[name].predict({ ...context, ...batching, trials: [trial] }).map(({ value }) => value);
      expect(
        values(late).every((value) => value !== null && value > 90),
        name,
      ).toBe(true);
      expect(values(late)).toEqual(values(early));
    }
  });

  it("of a trial with no request in its window has no value, and says why", () => {
    const empty = { ...context.trials[0]!, fromMs: 1e9, toMs: 2e9 };
    for (const name of ["lindley", "batch-service"] as const) {
      const batching = { batch: { servers: 1, most: 8 }, saturatedPerSecond: 40 };
      for (const { value, why } of models[name].predict({ ...context, ...batching, trials: [empty] })) {
        expect(value).toBeNull();
        expect(why).toMatch(/no request/);
      }
    }
  });

  it("does not predict a steady state above capacity, nor from nothing", () => {
    const over = { ...context, ratePerSecond: 15 };
    expect(models["allen-cunneen"].predict(over)[0]).toMatchObject({ value: null });
    expect(models["allen-cunneen"].predict(over)[0]!.why).toMatch(/above capacity/);
    for (const model of Object.values(models)) {
      for (const { value, why } of model.predict({ ...context, serviceMs: new Float64Array(0) })) {
        expect(value, model.name).toBeNull();
        expect(why).not.toBe("");
      }
    }
  });
});
