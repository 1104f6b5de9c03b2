import { describe, expect, it } from "vitest";
import type { GateContext } from "../../../analysis/gates/gate.ts";
import { gateFindings, judge } from "../../../analysis/gates/validity.ts";
import { traceOf } from "../../../analysis/input/trial-samples.ts";
import type { TrialFile } from "../../../analysis/schema/results-folder.ts";
import { skewFindings } from "../../../analysis/trial/connection-skew.ts";
import { windowOf } from "../../../analysis/trial/window.ts";
import { type QueueRequest, simulateQueue } from "../../../bench/queue.ts";
import type { Sample } from "../../../workloads/samples/sample.ts";

const exponential = { kind: "exponential" } as const;
const honest = { arrival: exponential, utilisation: 0.6, requests: 400, seed: 7, serviceCv: 0.5 } as const;

describe("the gates", () => {
  it("pass an honest trial, every one", () => {
    const judged = judge(contextOf(honest));
    expect(judged.filter(({ passed }) => !passed)).toEqual([]);
    expect(judged.map(({ gate }) => gate)).toEqual([
      "issued",
      "conservation",
      "rate",
      "gap-law",
      "gap-variation",
      "gap-correlation",
      "dispersion-2",
      "dispersion-8",
      "dispersion-32",
      "generator-cpu",
      "generator-throttling",
      "steal",
      "service-throttling",
    ]);
  });

  const broken: [string, string[], (samples: Sample[]) => Sample[], Partial<QueueRequest>?][] = [
    ["a request that was left out", ["issued"], (samples) => samples.filter(({ seq }) => seq !== 200)],
    [
      "a request that a cap dropped",
      ["issued"],
      (samples) =>
        samples.map((s) => (s.seq === 5 ? { ...s, outcome: "dropped" as const, sentMs: Number.NaN } : s)),
    ],
    ["a request that is there twice", ["conservation"], (samples) => [...samples.slice(1), samples[1]!]],
    [
      "a request answered before it was sent",
      ["conservation"],
      (samples) => samples.map((s) => (s.seq === 9 ? { ...s, sentMs: s.completedMs + 1 } : s)),
    ],
    [
      "answers before their questions, three times as often as not",
      ["conservation"],
      (samples) =>
        samples.map((s) =>
          s.seq % 4 ? { ...s, completedMs: s.scheduledMs - 50, firstByteMs: Number.NaN } : s,
        ),
    ],
  ];
  for (const [what, gates, spoil] of broken) {
    it(`see ${what}`, () => {
      const failed = judge(contextOf(honest, spoil)).filter(({ passed }) => !passed);
      expect(failed.map(({ gate }) => gate).filter((gate) => !/^(gap|disp)/.test(gate))).toEqual(gates);
    });
  }

  it("see a schedule that is not of its law: even gaps, bursts, or alternating gaps called Poisson", () => {
    const failing = (arrival: QueueRequest["arrival"]) =>
      judge({ ...contextOf({ ...honest, arrival }), arrival: exponential })
        .filter(({ passed }) => !passed)
        .map(({ gate }) => gate);
    expect(failing({ kind: "constant" })).toEqual(
      expect.arrayContaining(["gap-law", "gap-variation", "dispersion-8"]),
    );
    expect(failing({ kind: "gamma", cv: 2 })).toEqual(expect.arrayContaining(["gap-law", "gap-variation"]));
    expect(failing({ kind: "gamma", cv: 0.5 })).toEqual(expect.arrayContaining(["gap-law", "gap-variation"]));
  });

  it("hold other laws than renewal processes to the generator's own audit: Poisson arrivals called a strong MMPP", () => {
    const mmpp: QueueRequest["arrival"] = { kind: "mmpp", levels: [1, 20], meanSeconds: [2, 0.5] };
    const law = (arrival: QueueRequest["arrival"]) =>
      judge({ ...contextOf({ ...honest, arrival }), arrival: mmpp }).find(
        ({ gate }) => gate === "arrival-law",
      );
    expect(law(mmpp)).toMatchObject({ passed: true });
    expect(law(exponential)).toMatchObject({ passed: false });
  });

  it("see a schedule at another rate than its law's", () => {
    const context = contextOf(honest);
    const record = { ...context.record, ratePerSecond: context.record.ratePerSecond * 1.5 };
    const failed = judge({ ...context, record }).filter(({ passed }) => !passed);
    expect(failed.map(({ gate }) => gate)).toContain("rate");
  });

  for (const cv of [0.5, 1, 2, 4]) {
    it(`raise no more than 2 false alarms in 100 honest trials of cv ${cv}, long or short`, () => {
      const arrival = { kind: "gamma", cv } as const;
      const failed = Array.from({ length: 200 }, (_, seed) =>
        judge(contextOf({ ...honest, arrival, seed, requests: seed % 2 === 0 ? 60 : 400 })).some(
          ({ passed }) => !passed,
        ),
      );
      // Seven tests at .001 are .007 a trial: P(more than 6 of 200) is .0005.
      expect(failed.filter(Boolean).length).toBeLessThanOrEqual(6);
    });
  }

  it("see a generator with no processor to spare and a machine that was taken away", () => {
    const context = contextOf(honest);
    const failed = judge({
      ...context,
      generator: { ...context.generator, cpuCores: 1.5, workers: 2 },
      record: { ...context.record, steal: 0.06 },
    }).filter(({ passed }) => !passed);
    expect(failed.map(({ gate }) => gate)).toEqual(["generator-cpu", "steal"]);
  });

  it("hold the generator of a disrupted trial to 2 % of the SLO: only which requests were on time is told of it", () => {
    const context = contextOf(honest, (samples) => samples.map((s) => ({ ...s, sentMs: s.scheduledMs + 3 })));
    const ofTrial = (sloMs: number | undefined) =>
      judge({
        ...context,
        disruption: sloMs === undefined ? undefined : { unaccounted: 0, disturbed: [], sloMs },
      }).find(({ gate }) => gate === "lateness");
    expect(ofTrial(undefined)).toBeUndefined();
    expect(ofTrial(200)).toMatchObject({ passed: true, limit: 4 });
    expect(ofTrial(100)).toMatchObject({ passed: false, limit: 2 });
  });

  it("see labels that differ from the baseline's: invalid for real weights, a warning for synthetic ones", () => {
    const baseline = contextOf(honest).trace;
    const context = { ...contextOf(honest, (samples) => samples.map(flipFifth)), baseline };
    const judged = judge(context);
    const labels = judged.find(({ gate }) => gate === "label-agreement")!;
    expect(labels.passed).toBe(false);
    expect(labels.measured).toBeGreaterThan(0.7);
    expect(labels.limit).toBe(0.99);
    const declared = judge({ ...context, leastLabels: 0.7 }).find(({ gate }) => gate === "label-agreement");
    expect(declared).toMatchObject({ passed: true, limit: 0.7 });
    expect(gateFindings(judged, false)).toMatchObject([{ severity: "invalid", code: "label-agreement" }]);
    expect(gateFindings(judged, true)).toMatchObject([{ severity: "warning", code: "label-agreement" }]);
  });
});

describe("connection skew", () => {
  it("is flagged where one worker of two answers most, or all, and not at a fair share", () => {
    expect(
      skewFindings(
        [
          { server: "1", requests: 90 },
          { server: "2", requests: 10 },
        ],
        2,
      ),
    ).toMatchObject([
      {
        code: "connection-skew",
        message: "the busiest of 2 workers answered 90 of 100 requests, 1.80 times its fair share",
      },
    ]);
    expect(skewFindings([{ server: "1", requests: 40 }], 2)).toHaveLength(1);
    expect(
      skewFindings(
        [
          { server: "1", requests: 52 },
          { server: "2", requests: 48 },
        ],
        2,
      ),
    ).toEqual([]);
    expect(skewFindings([{ server: "1", requests: 100 }], 1)).toEqual([]);
  });
});

describe("a CPU quota that runs out", () => {
  const context = contextOf({ arrival: { kind: "constant" }, utilisation: 0.5, requests: 100, seed: 1 });
  const throttled = {
    ...context,
    generator: { ...context.generator, throttledShare: 0.2 },
    record: { ...context.record, serviceThrottledShare: 0.3 },
  };

  it("of the generator makes the trial invalid, of the service it qualifies it", () => {
    const findings = gateFindings(judge(throttled), false).map(({ code, severity }) => [code, severity]);
    expect(findings).toContainEqual(["generator-throttling", "invalid"]);
    expect(findings).toContainEqual(["service-throttling", "warning"]);
  });

  it("that is not known is not judged, and the gate says so", () => {
    const gate = judge(context).find(({ gate }) => gate === "service-throttling");
    expect(gate).toMatchObject({
      passed: true,
      measured: null,
      note: "its control group does not report it, or a disruption may have replaced the group",
    });
  });
});

it("every gate says which part of the experiment it judges", () => {
  const context = contextOf({ arrival: { kind: "exponential" }, utilisation: 0.5, requests: 100, seed: 1 });
  const sides = new Map(judge(context).map(({ gate, side }) => [gate, side]));
  expect(sides.get("issued")).toBe("generator");
  expect(sides.get("gap-law")).toBe("schedule");
  expect(sides.get("steal")).toBe("machine");
});

function flipFifth(sample: Sample): Sample {
  return sample.payload % 5 === 0 ? { ...sample, label: "negative" } : sample;
}

function contextOf(request: QueueRequest, spoil = (samples: Sample[]) => samples): GateContext {
  const { schedule, samples } = simulateQueue(request);
  const trace = traceOf(spoil(samples));
  const durationMs = schedule.durationSeconds * 1000;
  const scheduled = schedule.offsetsMs.length;
  const generator: NonNullable<TrialFile["generator"]> = {
    workers: 1,
    scheduled,
    recorded: trace.length,
    latenessMs: { p50: 0, p99: 0, max: 0 },
    cpuCores: 0.2,
    wallSeconds: schedule.durationSeconds,
    throttledShare: 0,
    nice: 0,
    connectionsOpened: 1,
    partial: false,
  };
  const record = {
    ...emptyRecord,
    ratePerSecond: schedule.ratePerSecond,
    durationSeconds: schedule.durationSeconds,
  };
  return {
    record,
    generator,
    trace,
    window: windowOf(trace, 0, durationMs, 1000),
    arrival: request.arrival,
    baseline: undefined,
    disruption: undefined,
  };
}

const emptyRecord: TrialFile = {
  schemaVersion: 1,
  planDigest: "",
  id: "t",
  status: "finished",
  error: "",
  startedAt: "",
  ratePerSecond: 1,
  durationSeconds: 1,
  scheduleDigest: "",
  samplesDigest: null,
  timelineDigest: null,
  generator: null,
  deployment: { upSeconds: 0, readySeconds: 0 },
  steal: 0,
  serviceThrottledShare: null,
};
