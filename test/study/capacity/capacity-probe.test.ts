import { afterEach, describe, expect, it } from "vitest";
import { type SimulatedServer, simulatedServer } from "../../../infra/known-answer/server.ts";
import { classifications } from "../../../infra/services/sentiment/asked.ts";
import {
  isHopeless,
  judge,
  lowestProbeRate,
  observed,
  probeSeconds,
  rateProbe,
} from "../../../study/capacity/capacity-probe.ts";
import type { Sample } from "../../../workloads/samples/sample.ts";

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
  const probe = (
    responseMs: (index: number) => number,
    outcome: (index: number) => Sample["outcome"] = () => "ok",
  ) =>
    observed(
      Array.from(offsetsMs, (at, seq) => ({ ...answered(at, responseMs(seq), outcome(seq)), seq })),
      { offsetsMs },
      { ratePerSecond: 100, fromMs: 1_000 },
    );

  it("counts the late requests after the first second", () => {
    const seen = probe((index) => (index < 100 || index >= 1_090 ? 101 : 20));
    expect(judge(seen, slo)).toMatchObject({ requests: 1_000, late: 10, failed: 0, p50Ms: 20 });
  });

  it("counts a failure as late, however fast it was, and keeps it apart from the queue's lateness", () => {
    const seen = probe(
      () => 1,
      (index) => (index >= 1_089 ? "http" : "ok"),
    );
    expect(judge(seen, slo)).toMatchObject({ late: 11, failed: 11, p99Ms: null });
    expect([seen.responseMs[1_088], seen.responseMs[1_089]]).toEqual([1, Number.NaN]);
  });

  it("counts what waited too long, or was never sent, as late by any limit", () => {
    const seen = probe(
      () => 1,
      (index) => (index === 500 ? "timeout" : "ok"),
    );
    expect(seen.responseMs[500]).toBe(Number.POSITIVE_INFINITY);
    const ended = observed([], { offsetsMs }, { ratePerSecond: 100, fromMs: 1_000 });
    expect(judge(ended, slo)).toMatchObject({ requests: 1_000, late: 1_000 });
  });
});

describe("ending a probe early", () => {
  const offsetsMs = Float64Array.from({ length: 2_000 }, (_, index) => index);

  it("waits until more than half of the whole schedule is late", () => {
    const live = (inFlight: number) => ({ offered: 1_500, inFlight, failed: 0 });
    // The last 100 ms sent 100 requests, which are not late yet.
    expect(isHopeless(live(100 + 1_000), { offsetsMs }, slo)).toBe(false);
    expect(isHopeless(live(100 + 1_001), { offsetsMs }, slo)).toBe(true);
  });

  it("is out of the question before the first request", () => {
    expect(isHopeless({ offered: 0, inFlight: 0, failed: 0 }, { offsetsMs }, slo)).toBe(false);
  });
});

it("a probe is as long as the queue's memory and its requests need, up to the longest", () => {
  const lengths = { seconds: 10, mostSeconds: 120 };
  expect(probeSeconds(lengths, 1_000, 4)).toBe(10);
  expect(probeSeconds(lengths, 1_000, 25)).toBe(25);
  expect(probeSeconds(lengths, 4, 0)).toBe(25);
  expect(probeSeconds(lengths, 0.1, 0)).toBe(120);
  expect(lowestProbeRate(lengths)).toBeCloseTo(20 / 120);
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
    const calm = await probe(125, 0, 0);
    expect(calm).toMatchObject({ late: 0, failed: 0, endedEarly: false });
    expect(calm.requests).toBeGreaterThan(25);
    expect(calm.p50Ms).toBeGreaterThan(4);
  });
});
