import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { markdownReport } from "../../../analysis/reports/formats/markdown.ts";
import { sourceOf } from "../../../analysis/reports/parts/source.ts";
import { sections } from "../../../analysis/reports/sections/index.ts";
import { reportModel } from "../../../analysis/reports/sections/report-model.ts";
import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { stageCell, type TrialStages, trialStages } from "../../../analysis/trial/stages.ts";
import type { Sample } from "../../../workloads/samples/sample.ts";
import { writeSamples } from "../../../workloads/samples/samples-file.ts";
import { emptyStages } from "../../../workloads/samples/stages.ts";
import { analysisFixture, manifest, plan } from "../reports/fixture/index.ts";

/** 1 ms late, 2 to connect, 5 + row / 100 in the server of which 3 are named, 0.5 on the network. */
async function file(requests: number): Promise<string> {
  const times = emptyStages(requests);
  const samples = Array.from({ length: requests }, (_, row): Sample => {
    const total = 5 + row / 100;
    times.connect[row] = 2;
    for (const stage of ["parse", "tokenise", "post", "encode", "handover", "batch"] as const)
      times[stage][row] = 0.25;
    times.queue[row] = 0.5;
    times.infer[row] = 1;
    times.total[row] = total;
    times.texts[row] = row % 2 === 0 ? 1 : 3;
    const sentMs = 10 * row + 1;
    return {
      seq: row,
      scheduledMs: 10 * row,
      sentMs,
      firstByteMs: sentMs + 1,
      completedMs: sentMs + 2 + 0.5 + total,
      outcome: row === 3 ? "http" : "ok",
      status: 200,
      bytes: 1,
      payload: 0,
      label: "",
      server: "",
      worker: 0,
      // One success does not tell.
      ...(row === 5 ? {} : { stages: { times, row } }),
    };
  });
  const path = join(await mkdtemp(join(tmpdir(), "stages-")), "samples.parquet");
  await writeSamples(path, samples);
  return path;
}

describe("the stages of a trial", async () => {
  const path = await file(800);

  it("are those of the window's successes, and count who kept silent", async () => {
    const stages = (await trialStages(path, { fromMs: 20, toMs: 8_000 }))!;
    expect(stages).toMatchObject({ told: 796, silent: 1 });
    expect(stages.parts.infer).toEqual({ mean: 1, p50: 1, p99: 1 });
    expect(stages.parts.lateness!.mean).toBeCloseTo(1, 9);
    expect(stages.parts.network!.mean).toBeCloseTo(0.5, 5);
    expect(stages.runTexts).toBeCloseTo(2, 1);
  });

  it("add up to the response time, whatever is left standing as the framework's", async () => {
    const { parts } = (await trialStages(path, { fromMs: 0, toMs: 8_000 }))!;
    const sum = Object.entries(parts).reduce(
      (ms, [part, { mean }]) => (part === "response" ? ms : ms + mean),
      0,
    );
    expect(sum).toBeCloseTo(parts.response!.mean, 9);
    expect(parts.framework!.mean).toBeCloseTo(5 + 3.995 - 3, 1);
  });

  it("have no p99 where there are too few requests for one", async () => {
    const { parts } = (await trialStages(path, { fromMs: 0, toMs: 1_000 }))!;
    expect(parts.framework!.p50).toBeGreaterThan(0);
    expect(parts.framework!.p99).toBeNaN();
  });

  it("are none where nobody told them", async () => {
    expect(await trialStages(path, { fromMs: 50, toMs: 60 })).toBeUndefined();
  });
});

const parts = Object.fromEntries(
  [
    "lateness",
    "connect",
    "network",
    "parse",
    "tokenise",
    "queue",
    "batch",
    "infer",
    "handover",
    "post",
    "encode",
  ]
    .map((part) => [part, { mean: 0.5, p50: 0.4, p99: Number.NaN }])
    .concat([
      ["framework", { mean: 1.5, p50: 1, p99: 2 }],
      ["response", { mean: 7, p50: 6, p99: 9 }],
    ]),
) as TrialStages["parts"];
const trial = (infer: number, state: Partial<TrialResult> = {}) => ({
  result: { valid: true, saturated: false, ...state } as TrialResult,
  stages: {
    told: 100,
    silent: 0,
    runTexts: 2,
    parts: { ...parts, infer: { mean: infer, p50: infer, p99: Number.NaN } },
  },
});

describe("the stages of a cell", () => {
  const cell = { variant: "optimized", arm: "main", scenario: "steady" } as const;

  it("are means over trials with their interval; invalid and overloaded trials stay out", () => {
    const trials = [trial(4), trial(6), trial(99, { valid: false }), trial(99, { saturated: true })];
    const [found] = stageCell({ ...cell, trials }, 0.05);
    const infer = found!.parts.find(({ part }) => part === "infer")!;
    // t(0.975, 1) = 12.706; half-width 12.706 * sqrt(2) / sqrt(2).
    expect(infer.mean).toMatchObject({ value: 5, n: 2 });
    expect(infer.mean!.high).toBeCloseTo(5 + 12.706, 2);
    expect(infer.p99).toBeNull();
    expect(found).toMatchObject({ requests: 200, why: "" });
    expect(found!.unnamed!.value).toBeCloseTo(2 / 7, 9);
  });

  it("have a reason in place of figures where one trial is all there is", () => {
    const [found] = stageCell({ ...cell, trials: [trial(4)] }, 0.05);
    expect(found).toMatchObject({ why: "one trial has no interval", unnamed: null });
    expect(stageCell({ ...cell, trials: [{ ...trial(4), stages: undefined }] }, 0.05)).toEqual([]);
  });

  it("are a picture and a table in the report, every figure citing its place", () => {
    const { scenario, variant } = analysisFixture().cells[0]!;
    const told = stageCell({ ...cell, variant, scenario, trials: [trial(4), trial(6)] }, 0.05);
    const source = sourceOf({ ...analysisFixture(), stages: told }, plan, manifest);
    const blocks = sections.stages.build(source);
    const chart = blocks.find(({ kind }) => kind === "chart");
    if (chart?.kind !== "chart") throw new Error("no chart");
    expect(chart.draw(820)).toMatch(/<svg[\s\S]*infer/);
    expect(chart.draw(335)).toContain("<svg");
    const page = markdownReport.render(reportModel(source));
    expect(page).toMatch(/\| infer \| 5\.00 \\\[/);
    expect(page).toMatch(/\| no named stage, share \| 28\.6 %/);
  });
});
