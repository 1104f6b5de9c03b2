import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyse } from "../../analysis/analyse.ts";
import type { Analysis } from "../../analysis/schema/analysis-result.ts";
import type { PlannedTrial } from "../../analysis/schema/results-folder.ts";
import { writeResults } from "../../bench/results-folder.ts";
import { canonical } from "../../files/canonical-json.ts";
import { evenStudy, evenTrial, freshDirectory } from "./study.ts";

/** Service times of block b, ms: 40 + b for the slow one, half of it for the quick one, 0.5 more when deployed again. */
function serviceMs({ block, variant, arm }: PlannedTrial): number {
  const slow = 40 + block;
  return variant === "quick" ? slow / 2 : arm === "aa" ? slow + (block % 2 === 0 ? 0.5 : -0.5) : slow;
}

const knownStudy = async () => {
  const directory = await freshDirectory();
  await writeResults(directory, evenStudy, (trial) => evenTrial(trial, serviceMs(trial)));
  return directory;
};

describe("the analysis of a study whose every time is known", async () => {
  const directory = await knownStudy();
  const analysis = await analyse(directory);
  const row = rowOf(analysis);

  it("measures each trial: 16 requests at 500, 600 .. 2000 ms, cut at the study's warm-up", () => {
    const trial = analysis.trials.find(({ block, variant }) => block === 3 && variant === "quick")!;
    expect(trial).toMatchObject({
      status: "finished",
      valid: true,
      saturated: false,
      window: { fromMs: 500, toMs: 2050, cutBy: "warmupSeconds of the study" },
      counts: { offered: 16, ok: 16, late: 0, failed: 0, byOutcome: { ok: 16 } },
      servers: [{ server: "1", requests: 20 }],
    });
    expect(trial.metrics.p50!.value).toBeCloseTo(21.5, 9);
    expect(trial.metrics.mean!.value).toBeCloseTo(21.5, 9);
    expect(trial.metrics["service-p50"]!.value).toBeCloseTo(21.45, 9);
    expect(trial.metrics["first-byte-p50"]!.value).toBeCloseTo(20.45, 9);
    expect(trial.metrics.throughput!.value).toBeCloseTo(16 / 1.55, 9);
    expect(trial.metrics.goodput!.value).toBe(1);
    expect(trial.metrics["error-share"]!.value).toBe(0);
    expect(trial.metrics.p95).toEqual({ value: null, unit: "ms", n: 16, why: "16 requests, 133 are needed" });
  });

  it("compares by blocks: half the time in every block, p 2/2^6, interval (0.5, 0.5) at 96.9 %, wider by what lateness can have done", () => {
    const primary = row("steady/quick/p50");
    expect(primary.pairs.map(({ baseline }) => Math.round(baseline))).toEqual([40, 41, 42, 43, 44, 45]);
    expect(primary.ratio!.value).toBeCloseTo(0.5, 9);
    // Each request was sent 0.05 ms late to an idle service: on time, the quick one may have taken 19.95 ms in the first block.
    expect(primary.ratio!.low).toBeCloseTo(19.95 / 40, 9);
    expect(primary.ratio!.high).toBeCloseTo(20 / 39.95, 9);
    expect(primary.ratio!.level).toBe(1 - 2 / 64);
    // Differences -20, -20.5 .. -22.5: median of the Walsh averages -21.25.
    expect(primary.shift!.value).toBeCloseTo(-21.25, 9);
    expect(primary).toMatchObject({ n: 6, p: 2 / 64, pHolm: 2 / 64, superiority: 1, verdict: "faster" });
    expect(primary.sentence).toBe(
      "quick is faster than slow under steady load: p50 is 0.50x (96.9 % interval 0.50 to 0.50, 6 blocks, p = .031 after Holm).",
    );
  });

  it("finds the baseline equivalent to itself, outside the family", () => {
    expect(row("steady/slow-aa/p50")).toMatchObject({ role: "aa", verdict: "equivalent", pHolm: null });
    expect(analysis.findings.map(({ code }) => code)).not.toContain("aa-alarm");
  });

  it("has no verdict on a percentile that nobody could estimate, and says what it takes", () => {
    const p99 = row("steady/quick/p99");
    expect(p99).toMatchObject({ n: 0, ratio: null, p: null, verdict: null });
    expect(p99.sentence).toBe(
      "p99 of quick against slow under steady load is not estimable: 16 requests, 664 are needed.",
    );
    expect(p99.findings).toContainEqual(
      expect.objectContaining({
        code: "not-estimable",
        message: "in 6 of 6 pairs: 16 requests, 664 are needed",
      }),
    );
  });

  it("gives a cell's geometric mean with its t interval, and its curve from the pooled requests", () => {
    const cell = analysis.cells.find(({ variant, arm }) => variant === "slow" && arm === "main")!;
    expect(cell.metrics.p50!.estimate!.value).toBeCloseTo((40 * 41 * 42 * 43 * 44 * 45) ** (1 / 6), 6);
    expect(cell.pooled).toBe(6 * 16);
    expect(cell.curve.find(({ p }) => p === 0.5)!.ms).toBeCloseTo(42.5, 9);
    expect(cell.curve.some(({ p }) => p >= 0.95)).toBe(false);
    expect(cell.series[4]).toMatchObject({ atSeconds: 1, offeredPerSecond: 8 });
  });

  it("is the same bytes every time, and touches no file", async () => {
    const before = await treeDigest(directory);
    expect(canonical(await analyse(directory))).toBe(canonical(analysis));
    expect(await treeDigest(directory)).toBe(before);
  });

  it("counts trials and says that the run is complete", () => {
    expect(analysis.complete).toBe(true);
    expect(analysis.counts).toEqual({
      planned: 18,
      finished: 18,
      failed: 0,
      absent: 0,
      valid: 18,
      invalid: 0,
      saturated: 0,
    });
    expect(analysis.resolution).toMatchObject({ reachesAlpha: true, smallestP: 2 / 64, comparisons: 1 });
  });
});

describe("a run with gaps", () => {
  it("shows missing, failed, cut-short and invalid trials, drops their pairs and counts them", async () => {
    const directory = await freshDirectory();
    await writeResults(directory, evenStudy, (trial) => {
      if (trial.variant === "quick" && trial.block === 0) return undefined;
      const simulated = evenTrial(trial, serviceMs(trial));
      if (trial.variant !== "quick") return simulated;
      if (trial.block === 1) return { ...simulated, record: { status: "failed", error: "the service died" } };
      if (trial.block === 2) return { ...simulated, record: { status: "partial" } };
      if (trial.block === 3) return { ...simulated, record: { steal: 0.2 } };
      return simulated;
    });
    const analysis = await analyse(directory);
    const quick = analysis.trials
      .filter(({ variant }) => variant === "quick")
      .sort((a, b) => a.block - b.block);
    expect(quick.map(({ status }) => status)).toEqual([
      "missing",
      "failed",
      "partial",
      "finished",
      "finished",
      "finished",
    ]);
    expect(quick.map(({ valid }) => valid)).toEqual([false, false, false, false, true, true]);
    expect(quick[3]!.findings[0]).toMatchObject({ severity: "invalid", code: "steal" });
    const row = rowOf(analysis)("steady/quick/p50");
    expect(row.n).toBe(2);
    expect(row).toMatchObject({ verdict: null, p: null, pHolm: null });
    expect(row.findings[0]).toMatchObject({
      code: "incomplete-pairs",
      message: "4 of 6 blocks dropped: a trial of the pair is invalid or absent",
    });
    expect(row.sentence).toMatch(
      /^No verdict .* before the plan is complete: 2 blocks so far; observed: p50 is [\d.]+x \(95 % t interval /,
    );
    expect(analysis.complete).toBe(false);
    expect(analysis.counts).toMatchObject({ finished: 15, failed: 1, absent: 2, valid: 14, invalid: 1 });
  });

  it("prints no ratio of a single block, which has no interval", async () => {
    const directory = await freshDirectory();
    await writeResults(directory, evenStudy, (trial) =>
      trial.block === 0 ? evenTrial(trial, serviceMs(trial)) : undefined,
    );
    const row = rowOf(await analyse(directory))("steady/quick/p50");
    expect(row.n).toBe(1);
    expect(row.sentence).toMatch(/^No verdict .* before the plan is complete: 1 block so far\.$/);
  });

  it("has no verdict after each look at a difference that the whole plan shows", async () => {
    const looks = await Promise.all(
      [5, 6].map(async (blocks) => {
        const directory = await freshDirectory();
        await writeResults(directory, evenStudy, (trial) =>
          trial.block < blocks ? evenTrial(trial, serviceMs(trial)) : undefined,
        );
        return analyse(directory);
      }),
    );
    const verdicts = looks.map(({ comparisons }) => comparisons.map(({ verdict }) => verdict));
    expect(new Set(verdicts[0])).toEqual(new Set([null]));
    expect(rowOf(looks[1]!)("steady/quick/p50").verdict).toBe("faster");
    expect(rowOf(looks[0]!)("steady/quick/p50").ratio).not.toBeNull();
    expect(looks[0]!.findings.map(({ message }) => message).join()).toMatch(/no verdict until they are/);
  });

  it("says that there is nothing to compare where no block is whole", async () => {
    const directory = await freshDirectory();
    await writeResults(directory, evenStudy, (trial) =>
      trial.variant === "quick" ? undefined : evenTrial(trial, serviceMs(trial)),
    );
    const row = rowOf(await analyse(directory))("steady/quick/p50");
    expect(row).toMatchObject({ n: 0, verdict: null, p: null });
    expect(row.sentence).toMatch(/^Nothing to compare/);
  });
});

describe("failures", () => {
  it("are later than anything: with six of sixteen failed p50 stands, the mean does not exist, goodput falls", async () => {
    const directory = await freshDirectory();
    await writeResults(directory, evenStudy, (trial) => {
      const simulated = evenTrial(trial, serviceMs(trial));
      const samples = simulated.samples.map((sample) =>
        trial.variant === "quick" && sample.seq >= 14
          ? { ...sample, outcome: "timeout" as const, status: 0 }
          : sample,
      );
      return { ...simulated, samples };
    });
    const analysis = await analyse(directory);
    const row = rowOf(analysis);
    const trial = analysis.trials.find(({ variant }) => variant === "quick")!;
    expect(trial.counts).toEqual({
      offered: 16,
      ok: 10,
      late: 0,
      failed: 6,
      byOutcome: { ok: 10, timeout: 6 },
    });
    expect(trial.metrics.p50!.value).toBeGreaterThan(0);
    expect(trial.metrics.mean).toMatchObject({
      value: null,
      why: "6 of 16 requests failed and have no response time",
    });
    expect(row("steady/quick/goodput").ratio!.value).toBeCloseTo(10 / 16, 12);
    expect(row("steady/quick/goodput").verdict).toBe("slower");
    expect(row("steady/quick/mean")).toMatchObject({ verdict: null, ratio: null, p: null });
  });

  it("of every request leave goodput 0: no ratio, but the shift and the p of the differences stand", async () => {
    const directory = await freshDirectory();
    await writeResults(directory, evenStudy, (trial) => {
      const simulated = evenTrial(trial, serviceMs(trial));
      return trial.variant === "quick"
        ? simulated
        : {
            ...simulated,
            samples: simulated.samples.map((s) => ({ ...s, outcome: "http" as const, status: 503 })),
          };
    });
    const row = rowOf(await analyse(directory))("steady/quick/goodput");
    expect(row).toMatchObject({ ratio: null, p: 2 / 64, verdict: "faster" });
    expect(row.shift).toMatchObject({ value: 1, low: 1, high: 1 });
    expect(row.pairs[0]!.ratio).toBeNull();
    expect(row.findings.map(({ code }) => code)).toContain("zero-value");
  });
});

function rowOf({ comparisons }: Analysis) {
  return (id: string) => {
    const found = comparisons.find((row) => row.id === id);
    expect(found, `${id} among ${comparisons.map((row) => row.id).join(", ")}`).toBeDefined();
    return found!;
  };
}

async function treeDigest(directory: string): Promise<string> {
  const hash = createHash("sha256");
  for (const entry of (await readdir(directory, { recursive: true, withFileTypes: true })).sort((a, b) =>
    `${a.parentPath}/${a.name}`.localeCompare(`${b.parentPath}/${b.name}`),
  )) {
    hash.update(entry.name);
    if (entry.isFile()) hash.update(await readFile(join(entry.parentPath, entry.name)));
  }
  return hash.digest("hex");
}
