import { describe, expect, it } from "vitest";
import { measuredOnTime, sendsOf } from "../../../analysis/compare/on-time-metrics.ts";
import { judgeTogether } from "../../../analysis/gates/run-gates.ts";
import { type Trace, traceOf } from "../../../analysis/input/trial-samples.ts";
import { metrics } from "../../../analysis/metrics/index.ts";
import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { onTime } from "../../../analysis/trial/late-sends.ts";
import { windowOf } from "../../../analysis/trial/window.ts";
import { inOrder } from "../../../bench/lateness.ts";
import { type QueueRequest, simulateQueue } from "../../../bench/queue.ts";
import { validTrial } from "../../../bench/trial-result.ts";
import type { Sample } from "../../../workloads/samples/sample.ts";
import { type StudySpec, studySpec } from "../../../workloads/spec/spec.ts";

const exact = (request: QueueRequest) => traceOf(simulateQueue(request).samples);
const responses = ({ completedMs, scheduledMs }: Trace) =>
  completedMs.map((completed, row) => completed - scheduledMs[row]!);

describe("with every request sent on time", () => {
  for (const servers of [1, 2]) {
    for (const utilisation of [0.2, 0.6, 0.95]) {
      for (const cv of [1, 4]) {
        it(`each response time lies within its bounds: ${servers} servers, load ${utilisation}, cv ${cv}`, () => {
          for (let seed = 0; seed < 40; seed++) {
            const arrival = { kind: "gamma", cv } as const;
            const request = {
              arrival,
              utilisation,
              requests: 80,
              seed,
              servers,
              serviceMs: 30,
              serviceCv: 0.5,
            };
            const punctual = exact(request);
            const late = exact({ ...request, lateMs: inOrder(punctual.scheduledMs, seed, 0.2) });
            const { leastMs, mostMs } = onTime(late, 0, late.length, servers);
            const outside = responses(punctual).filter(
              (ms, row) => ms < leastMs[row]! - 1e-9 || ms > mostMs[row]! + 1e-9,
            );
            expect(outside).toHaveLength(0);
          }
        });
      }
    }
  }

  it("a request that waited all the while is no faster, one that met an idle server is by all of its lateness", () => {
    const trace = traceOf([
      sample(0, { scheduledMs: 0, sentMs: 3, completedMs: 103 }),
      sample(1, { scheduledMs: 50, sentMs: 54, completedMs: 203 }),
      sample(2, { scheduledMs: 300, sentMs: 301, completedMs: 401 }),
    ]);
    const { leastMs, mostMs, touched } = onTime(trace, 0, 3, 1);
    // The second carries what delayed the first, and none of its own.
    expect([...leastMs]).toEqual([100, 150, 100]);
    expect([...mostMs]).toEqual([103, 153, 101]);
    expect(touched).toBe(0);
  });

  it("two that changed places have them back, and count as touched", () => {
    const trace = traceOf([
      sample(0, { scheduledMs: 0, sentMs: 6, completedMs: 25 }),
      sample(1, { scheduledMs: 5, sentMs: 5, completedMs: 15 }),
    ]);
    const { leastMs, mostMs, touched } = onTime(trace, 0, 2, 1);
    expect(touched).toBe(2);
    expect([...mostMs]).toEqual([15, 20]);
    expect([...leastMs]).toEqual([10, 15]);
  });

  it("one that would have met another, which was answered while it was late, counts as touched", () => {
    const trace = traceOf([
      sample(0, { scheduledMs: 0, sentMs: 0, completedMs: 10 }),
      sample(1, { scheduledMs: 9, sentMs: 12, completedMs: 22 }),
    ]);
    expect(onTime(trace, 0, 2, 1)).toMatchObject({ touched: 1 });
  });
});

describe("the gate on lateness", () => {
  it("asks what lateness can do to the compared metric: one late request of many is nothing to a median", () => {
    expect(gateOf((seq) => (seq === 30 ? 6 : 0))).toMatchObject({ passed: true, side: "generator" });
  });

  it("fails where every request is late by more than a fifth of the equivalence band, and says from where to where", () => {
    const gate = gateOf(() => 2);
    expect(gate).toMatchObject({ passed: false, unit: "ms of p50" });
    expect(gate.measured).toBeCloseTo(2, 6);
    expect(gate.limit).toBeCloseTo(0.2 * 0.05 * 100, 6);
    expect(gate.note).toBe(
      "2.00 ms late at p86; p50 102 from the scheduled instant, 100 from the sent one; 0 of 50 requests overlapped other requests than they would have, sent on time",
    );
  });

  it("has one limit for all arms and blocks of a scenario, by the fastest arm, and no block's own value moves it", () => {
    const limits = (fastOfBlock: (block: number) => number) =>
      judged([
        ...blocks.map((block) => trialOf({ block, variant: "slow", serviceMs: 400 })),
        ...blocks.map((block) => trialOf({ block, variant: "fast", serviceMs: fastOfBlock(block) })),
      ]).map(({ limit }) => limit);
    const usual = limits(() => 50);
    expect(new Set(usual)).toEqual(new Set([usual[0]]));
    expect(usual[0]).toBeCloseTo(0.2 * 0.05 * 50, 6);
    expect(limits((block) => (block === 2 ? 5 : 50))).toEqual(usual);
  });
});

const blocks = [0, 1, 2, 3, 4];

const study: StudySpec = studySpec.parse({
  name: "late",
  description: "",
  baseline: "slow",
  variants: ["fast"],
  scenarios: [
    {
      name: "steady",
      description: "",
      arrival: { kind: "constant" },
      rate: { perSecond: 1 },
      durationSeconds: 50,
      payload: "none",
    },
  ],
  blocks: 5,
  slo: { responseMs: 1000 },
});

function judged(trials: TrialResult[]) {
  return [...judgeTogether(trials, study).values()].flat().filter(({ gate }) => gate === "lateness");
}

/** Of 50 requests that never meet, 100 ms each when sent on time; others of the scenario are all on time. */
function gateOf(lateMs: (seq: number) => number) {
  const others = [1, 2].map((block) => trialOf({ block, variant: "slow", serviceMs: 100 }));
  return judged([trialOf({ block: 0, variant: "slow", serviceMs: 100, lateMs }), ...others])[0]!;
}

function trialOf(of: {
  block: number;
  variant: string;
  serviceMs: number;
  lateMs?: (seq: number) => number;
}): TrialResult {
  const { serviceMs, lateMs = () => 0 } = of;
  const trace = traceOf(
    Array.from({ length: 50 }, (_, seq) => {
      const scheduledMs = 1000 * seq;
      const sentMs = scheduledMs + lateMs(seq);
      return sample(seq, { scheduledMs, sentMs, completedMs: sentMs + serviceMs });
    }),
  );
  const window = windowOf(trace, 0, 50_000, 1000, 1);
  return validTrial({
    ...{ id: `${of.block}-${of.variant}`, block: of.block, variant: of.variant, scenario: "steady" },
    counts: { offered: 50, ok: 50, late: 0, failed: 0, byOutcome: {} },
    metrics: { p50: measuredOnTime(metrics.p50, window, false) },
    sends: sendsOf(metrics.p50, window),
  });
}

function sample(seq: number, times: Pick<Sample, "scheduledMs" | "sentMs" | "completedMs">): Sample {
  return {
    ...{ seq, ...times, firstByteMs: times.completedMs, outcome: "ok", status: 200, bytes: 20 },
    ...{ payload: 0, label: "positive", server: "0", worker: 0 },
  };
}
