import { describe, expect, it } from "vitest";
import type { MachineReading } from "../../../analysis/gates/machine.ts";
import { judgeTogether } from "../../../analysis/gates/run-gates.ts";
import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";

const study = studySpec.parse(quick);
const usual: MachineReading = { arithmetic: 400, memory: 10, wakeMs: 0.2 };

describe("the gates of the machine", () => {
  it("see a spell in which others have the memory, though arithmetic is as fast as ever", () => {
    expect(failing(16, (trial) => (trial >= 12 ? [{ memory: 2.5 }, { memory: 2.5 }] : [{}, {}]))).toEqual({
      "machine-memory": [12, 13, 14, 15],
    });
  });

  it("see stolen arithmetic and late wake-ups", () => {
    expect(
      failing(8, (trial) => (trial === 3 ? [{ arithmetic: 200 }, { arithmetic: 250 }] : [{}, {}])),
    ).toEqual({
      "machine-arithmetic": [3],
    });
    expect(failing(8, (trial) => (trial === 3 ? [{ wakeMs: 9 }, { wakeMs: 12 }] : [{}, {}]))).toEqual({
      "machine-wake-up": [3],
    });
  });

  it("let pass a trial of which only one end was slow: a look is 50 ms long", () => {
    expect(failing(8, (trial) => (trial === 3 ? [{ memory: 2 }, {}] : [{}, {}]))).toEqual({});
  });

  it("hold each variant to what is usual beside itself, and judge none before five trials of it", () => {
    const spinning = trials(8, () => [{ arithmetic: 150 }, { arithmetic: 150 }], "onnx-int8");
    expect(failed([...trials(8, () => [{}, {}]), ...spinning])).toEqual({});
    expect(failing(4, (trial) => (trial === 3 ? [{ memory: 1 }, { memory: 1 }] : [{}, {}]))).toEqual({});
  });

  it("fail hardly a trial of a machine whose readings always vary by 30 %, and still see a quarter of its speed", () => {
    const random = randomStream(7, "machine");
    const noisy = () => ({ memory: 10 * Math.exp(0.3 * random.normal()) });
    const found = Array.from(
      { length: 50 },
      () => failing(24, () => [noisy(), noisy()])["machine-memory"] ?? [],
    );
    expect(found.flat().length / (50 * 24)).toBeLessThan(0.005);
    const slowed = failing(24, (trial) =>
      trial === 5 ? [{ memory: 1.8 }, { memory: 1.8 }] : [noisy(), noisy()],
    );
    expect(slowed["machine-memory"]).toContain(5);
  });
});

type Ends = readonly [Partial<MachineReading>, Partial<MachineReading>];

function failing(count: number, endsOf: (trial: number) => Ends): Record<string, number[]> {
  return failed(trials(count, endsOf));
}

function failed(judged: TrialResult[]): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const [id, gates] of judgeTogether(judged, study)) {
    for (const { gate, passed, side } of gates) {
      if (passed) continue;
      expect(side).toBe("machine");
      found[gate] = [...(found[gate] ?? []), Number(id.split("-")[0])];
    }
  }
  return found;
}

function trials(count: number, endsOf: (trial: number) => Ends, variant = "baseline"): TrialResult[] {
  return Array.from({ length: count }, (_, trial) => {
    const [before, after] = endsOf(trial);
    return {
      ...{ id: `${trial}-${variant}`, block: trial, variant, arm: "main", scenario: "steady" },
      ...{ status: "finished", error: "", valid: true, saturated: false, findings: [], gates: [] },
      ...{ ratePerSecond: 1, window: null, generator: null, servers: [] },
      counts: { offered: 0, ok: 0, late: 0, failed: 0, byOutcome: {} },
      metrics: { p50: { value: 100, unit: "ms", n: 50, why: "" } },
      machine: {
        deployed: usual,
        before: { ...usual, ...before },
        after: { ...usual, ...after },
        startedAt: "2026-01-01T00:00:00Z",
      },
    };
  });
}
