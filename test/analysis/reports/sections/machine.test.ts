import { expect, it } from "vitest";
import { sourceOf } from "../../../../analysis/reports/parts/source.ts";
import { machine } from "../../../../analysis/reports/sections/machine.ts";
import { analysisFixture, manifest, plan } from "../fixture/index.ts";

const analysis = analysisFixture();
const reading = { arithmetic: 400, memory: 10, wakeMs: 0.1 };

function looked(memory: (trial: number) => number) {
  const trials = analysis.trials.map((trial, index) => ({
    ...trial,
    gates: trial.gates.concat(
      memory(index) < 7.5
        ? [
            {
              ...{ gate: "machine-memory", side: "machine", passed: false, measured: 0.25, limit: 0.75 },
              ...{ bound: "least", unit: "of the usual", note: "" },
            } as const,
          ]
        : [],
    ),
    machine: {
      deployed: reading,
      before: { ...reading, memory: memory(index) },
      after: { ...reading, memory: memory(index) },
      startedAt: new Date(Date.UTC(2026, 0, 1) + 60_000 * index).toISOString(),
    },
  }));
  return sourceOf({ ...analysis, trials }, plan, manifest);
}

it("the machine over the run is a picture of every look, and its title says around how many trials it was another one", () => {
  const [, chart] = machine.build(looked((trial) => (trial >= 90 ? 2.5 : 10)));
  expect(chart).toMatchObject({
    kind: "chart",
    title: `Around 6 of 96 trials the machine was not as usual: less than 75 % of its usual speed, or late wake-ups.`,
  });
  if (chart?.kind !== "chart") throw new Error("no chart");
  const svg = chart.draw(800);
  expect(svg).toContain("time since the first trial, min");
  expect(svg).toContain("memory, GB per second and core");
  expect(chart.data!.rows).toHaveLength(96);
});

it("a run of before the machine was looked at has no such section", () => {
  expect(machine.build(sourceOf(analysis, plan, manifest))).toEqual([]);
});
