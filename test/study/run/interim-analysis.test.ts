import { describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import type { PlannedTrial } from "../../../analysis/schema/results-folder.ts";
import { type SimulatedTrial, writeResults } from "../../../bench/results-folder.ts";
import { interimAnalysis } from "../../../study/run/interim-analysis.ts";
import type { StudyInput } from "../../../workloads/spec/spec.ts";
import { evenStudy, evenTrial, freshDirectory } from "../../analysis/study.ts";

const study: StudyInput = { ...evenStudy, spareBlocks: 2 };

/** The folder of a run in which somebody else had the processor for a trial of block 2, with these spare blocks run. */
async function folder(spares: readonly number[], spoilt: readonly number[] = [2]): Promise<string> {
  const directory = await freshDirectory();
  await writeResults(directory, study, (trial: PlannedTrial): SimulatedTrial | undefined => {
    if (trial.block >= 6 && !spares.includes(trial.block)) return undefined;
    const simulated = evenTrial(trial, trial.variant === "quick" ? 20 : 40 + trial.block);
    const isSpoilt = spoilt.includes(trial.block) && trial.variant === "quick";
    return isSpoilt ? { ...simulated, record: { steal: 0.3 } } : simulated;
  });
  return directory;
}

const verdict = async (directory: string) => {
  const analysis = await analyse(directory);
  const { verdict: found, n } = analysis.comparisons.find(({ role }) => role === "primary")!;
  return {
    verdict: found,
    n,
    codes: analysis.findings.map(({ code }) => code),
    planned: analysis.counts.planned,
  };
};

describe("a run so far", () => {
  it("asks for a spare block in the place of one that the machine spoilt, and the analysis has no verdict before it", async () => {
    const directory = await folder([]);
    const { due } = await interimAnalysis(directory)();
    expect(due.map(({ block, variant, arm }) => `${block} ${variant} ${arm}`).sort()).toEqual([
      "6 quick main",
      "6 slow aa",
      "6 slow main",
    ]);
    const found = await verdict(directory);
    expect(found).toMatchObject({ verdict: null, planned: 18 });
    expect(found.codes).toContain("spare-blocks-due");
  });

  it("asks for no more when the spare block is run, and the verdict rests on as many pairs as were planned", async () => {
    const directory = await folder([6]);
    expect((await interimAnalysis(directory)()).due).toEqual([]);
    const found = await verdict(directory);
    expect(found).toMatchObject({ verdict: "faster", n: 6, planned: 21 });
    expect(found.codes).toContain("spare-blocks");
  });

  it("asks for the next spare block where the first was spoilt as well, and says when there are no more", async () => {
    const next = await interimAnalysis(await folder([6], [2, 6]))();
    expect(new Set(next.due.map(({ block }) => block))).toEqual(new Set([7]));
    const found = await verdict(await folder([6, 7], [2, 6, 7]));
    expect(found.codes).toContain("spare-blocks-used-up");
    expect(found.n).toBe(5);
  });

  it("asks for nothing where nothing is spoilt: spare blocks leave no trace in the results", async () => {
    const directory = await folder([], []);
    expect((await interimAnalysis(directory)()).due).toEqual([]);
    const found = await verdict(directory);
    expect(found).toMatchObject({ verdict: "faster", n: 6, planned: 18 });
    expect(found.codes.filter((code) => code.startsWith("spare"))).toEqual([]);
  });
});
