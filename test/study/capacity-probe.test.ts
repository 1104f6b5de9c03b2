import { afterEach, describe, expect, it } from "vitest";
import { classifications } from "../../infra/services/sentiment/asked.ts";
import { type SimulatedServer, simulatedServer } from "../../infra/targets/simulated/server.ts";
import { cannotHold, judge, lowestProbeRate, probeSeconds, rateProbe } from "../../study/capacity-probe.ts";
import type { Sample } from "../../workloads/sample.ts";

const slo = { quantile: 0.99, responseMs: 100 };

function answered(scheduledMs: number, responseMs: number, outcome: Sample["outcome"] = "ok"): Sample {
  return {
    seq: 0,
    scheduledMs,
    sentMs: scheduledMs,
    firstByteMs: Number.NaN,
    completedMs: scheduledMs + responseMs,
    outcome,
    status: 200,
    bytes: 0,
    payload: 0,
    label: "",
    server: "",
    worker: 0,
  };
}

describe("judging a probe", () => {
  const offsetsMs = Float64Array.from({ length: 1_100 }, (_, index) => index * 10);
  const all = (responseMs: (index: number) => number) =>
    Array.from(offsetsMs, (at, index) => answered(at, responseMs(index)));

  it("lets one request in a hundred be late, and no more; the first second does not count", () => {
    const samples = (late: number) => all((index) => (index < 100 || index >= 1_100 - late ? 101 : 20));
    expect(judge(samples(10), { offsetsMs }, slo, 1_000)).toMatchObject({
      holds: true,
      requests: 1_000,
      late: 10,
    });
    expect(judge(samples(11), { offsetsMs }, slo, 1_000)).toMatchObject({ holds: false, late: 11 });
  });

  it("counts a failure as late, however fast it was", () => {
    const samples = Array.from(offsetsMs, (at, index) => answered(at, 1, index >= 1_089 ? "http" : "ok"));
    expect(judge(samples, { offsetsMs }, slo, 1_000)).toMatchObject({
      holds: false,
      late: 11,
      failed: 11,
      p99Ms: null,
    });
  });
});

describe("ending a probe early", () => {
  // 1,000 a second for two seconds: 20 may be late, and all of the first 1,000 do not count.
  const offsetsMs = Float64Array.from({ length: 2_000 }, (_, index) => index);

  it("waits until the requests past the limit decide it, whatever the first second made of itself", () => {
    const live = (inFlight: number) => ({ offered: 1_500, inFlight, failed: 0 });
    // The last 100 ms sent 100 requests, which are not late yet.
    expect(cannotHold(live(100 + 1_000 + 20), { offsetsMs }, slo, 1_000)).toBe(false);
    expect(cannotHold(live(100 + 1_000 + 21), { offsetsMs }, slo, 1_000)).toBe(true);
  });

  it("is out of the question before the first request", () => {
    expect(cannotHold({ offered: 0, inFlight: 0, failed: 0 }, { offsetsMs }, slo, 1_000)).toBe(false);
  });
});

it("a probe is long enough for its quantile, up to the longest", () => {
  const lengths = { slo, seconds: 10, mostSeconds: 120 };
  expect(probeSeconds(lengths, 1_000)).toBe(10);
  expect(probeSeconds(lengths, 20)).toBeCloseTo(33.2);
  expect(probeSeconds(lengths, 1)).toBe(120);
  expect(lowestProbeRate(lengths)).toBeCloseTo(664 / 120);
});

describe("against a server of known capacity", () => {
  let server: SimulatedServer;
  afterEach(() => server.close());

  it("a probe at half of it holds, with every request accounted for", async () => {
    server = await simulatedServer({ service: { kind: "constant", ms: 4 }, servers: 1 });
    const probe = rateProbe({
      url: `${server.url}/classify`,
      asked: classifications([Buffer.from('{"texts":["Fine."]}')]),
      cv: 1,
      slo: { quantile: 0.99, responseMs: 500 },
      seconds: 0.4,
      mostSeconds: 0.4,
      warmupSeconds: 0.1,
      seed: 1,
      timeoutMs: 5_000,
      signal: new AbortController().signal,
      progress: () => {},
    });
    const calm = await probe(125, 0);
    expect(calm).toMatchObject({ holds: true, failed: 0, endedEarly: false });
    expect(calm.requests).toBeGreaterThan(25);
    expect(calm.p50Ms).toBeGreaterThan(4);
  });
});
