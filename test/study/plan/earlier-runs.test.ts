import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import { writeReports } from "../../../analysis/reports/formats/index.ts";
import { writeResults } from "../../../bench/results-folder.ts";
import { earlierNoise } from "../../../study/plan/earlier-runs.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { evenStudy, evenTrial } from "../../analysis/study.ts";

const study = studySpec.parse(evenStudy);

describe("the noise of earlier runs", () => {
  it("is unknown before the first", async () => {
    expect(await earlierNoise(study, await mkdtemp(join(tmpdir(), "results-")))).toBeUndefined();
  });

  it("is the newest run's standard deviation of log ratios, and what the planned design shows at it", async () => {
    const root = await mkdtemp(join(tmpdir(), "results-"));
    for (const [run, wobble] of [
      ["2026-04-20T10-00-00Z", 0.3],
      ["2026-04-21T10-00-00Z", 0.1],
    ] as const) {
      const directory = join(root, study.name, run);
      // Log ratios alternate between log .5 + wobble and log .5 - wobble: sd = wobble sqrt(6/5).
      await writeResults(directory, evenStudy, (trial) => {
        const sign = trial.block % 2 === 0 ? 1 : -1;
        return evenTrial(trial, trial.variant === "quick" ? 20 * Math.exp(sign * wobble) : 40);
      });
      await writeReports(directory, await analyse(directory));
    }
    const noise = await earlierNoise(study, root);
    expect(noise).toMatchObject({ run: "2026-04-21T10-00-00Z", blocks: 6 });
    const [row] = noise!.comparisons;
    expect(row!.comparison).toBe("steady/quick/p50");
    expect(row!.sd).toBeCloseTo(0.1 * Math.sqrt(6 / 5), 6);
    expect(row!.ratio).toBeGreaterThan(Math.exp(row!.sd));
    expect(row!.ratio).toBeLessThan(Math.exp(3 * row!.sd));
  });
});
