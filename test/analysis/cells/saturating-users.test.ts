import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import { writeReports } from "../../../analysis/reports/formats/index.ts";
import type { Analysis } from "../../../analysis/schema/analysis-result.ts";
import { verify } from "../../../analysis/verify.ts";
import { type SimulatedTrial, writeResults } from "../../../bench/results-folder.ts";
import type { Sample } from "../../../workloads/samples/sample.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";
import { freshDirectory } from "../study.ts";

const [users, seconds, warmupSeconds] = [8, 4, 1];

/** One server, so that of `users` who never pause one is served and the others wait: every answer takes users x service. */
function saturatedTrial(serviceMs: number, ratePerSecond: number): SimulatedTrial {
  const schedule = materialise({
    arrival: { kind: "saturation", users },
    ratePerSecond,
    durationSeconds: warmupSeconds + seconds,
    seed: 1,
    payloadCount: 5,
  });
  const samples: Sample[] = [];
  const endMs = 1000 * (warmupSeconds + seconds);
  for (let seq = 0; seq < schedule.offsetsMs.length; seq++) {
    const askedMs = Math.max(0, seq + 1 - users) * serviceMs;
    if (askedMs >= endMs) break;
    const completedMs = (seq + 1) * serviceMs;
    samples.push({
      ...{ seq, scheduledMs: askedMs, sentMs: askedMs, firstByteMs: completedMs, completedMs },
      ...{ outcome: "ok", status: 200, bytes: 20, payload: schedule.payloads[seq]! },
      ...{ label: schedule.payloads[seq]! % 2 === 0 ? "negative" : "positive", server: "1", worker: 0 },
    });
  }
  // Of the schedule, as far as the service has come.
  return { schedule: { ...schedule, offsetsMs: schedule.offsetsMs.subarray(0, samples.length) }, samples };
}

async function folderOf(ratePerSecond: number): Promise<string> {
  const folder = await freshDirectory();
  await writeResults(
    folder,
    {
      name: "saturated",
      description: "Constant service under users who never pause: every figure follows by hand.",
      baseline: "slow",
      variants: ["quick"],
      scenarios: [
        {
          name: "always-busy",
          description: "eight users who never pause",
          arrival: { kind: "saturation", users },
          rate: { perSecond: ratePerSecond },
          durationSeconds: seconds,
          payload: "none",
        },
      ],
      blocks: 6,
      aa: false,
      primary: "throughput",
      slo: { responseMs: 1000 },
      warmupSeconds,
      underpowered: "warn",
    },
    ({ variant }) => saturatedTrial(variant === "quick" ? 20 : 80, ratePerSecond),
    { settings: { slow: { workers: 1 }, quick: { workers: 1 } } },
  );
  return folder;
}

describe("a service that users saturate", () => {
  let folder: string;
  let analysis: Analysis;
  beforeAll(async () => {
    folder = await folderOf(200);
    analysis = await analyse(folder);
  });

  it("has its capacity as throughput: 1 / service time", () => {
    const throughputs = Object.fromEntries(
      analysis.cells.map(({ variant, metrics }) => [variant, metrics.throughput?.estimate?.value]),
    );
    expect(throughputs.quick).toBeCloseTo(50, 0);
    expect(throughputs.slow).toBeCloseTo(12.5, 0);
    const found = analysis.comparisons.find(({ metric }) => metric === "throughput");
    expect(found!.ratio!.value).toBeCloseTo(4, 1);
  });

  it("is not called overloaded, however slow it is: its queue is as long as there are users", () => {
    expect(analysis.trials.filter(({ saturated }) => saturated)).toEqual([]);
    expect(analysis.trials.every(({ valid }) => valid)).toBe(true);
  });

  it("passes verification, though it has moved the instants of its schedule", async () => {
    await writeReports(folder, analysis);
    expect((await verify(folder)).flatMap(({ problems }) => problems)).toEqual([]);
    expect(await readFile(join(folder, "report.md"), "utf8")).toMatch(/200 per second at the most/);
  });

  it("is invalid where it has answered all there was to ask", async () => {
    const { trials } = await analyse(await folderOf(40));
    const gatesOf = (variant: string) =>
      trials
        .filter((trial) => trial.variant === variant)
        .map(({ valid, gates }) => [valid, gates.find(({ gate }) => gate === "rate")!.passed]);
    expect(gatesOf("quick")).toEqual(Array.from({ length: 6 }, () => [false, false]));
    expect(gatesOf("slow")).toEqual(Array.from({ length: 6 }, () => [true, true]));
  });
});
