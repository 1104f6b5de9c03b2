import { describe, expect, it } from "vitest";
import { analyse } from "../../analysis/analyse.ts";
import { compareRuns, type Run } from "../../analysis/compare-runs.ts";
import { readResults } from "../../analysis/read.ts";
import { writeResults } from "../../bench/results-folder.ts";
import type { StudyInput } from "../../workloads/spec.ts";
import { evenStudy, evenTrial, freshDirectory } from "./study.ts";

/** A run whose quick variant takes `share` of the slow one's time, which differs a little from block to block. */
async function run(share: number, input: StudyInput = evenStudy, wobble = 0.01): Promise<Run> {
  const directory = await freshDirectory();
  await writeResults(directory, input, (trial) => {
    const slow = 40 * (1 + wobble * Math.sin(7 * trial.block + share));
    return evenTrial(
      trial,
      trial.variant === "quick" ? slow * share * (1 + wobble * Math.cos(3 * trial.block)) : slow,
    );
  });
  const { plan, manifest } = await readResults(directory);
  return { plan, manifest, analysis: await analyse(directory) };
}

describe("two runs of one study", () => {
  it("agree where nothing changed", async () => {
    const compared = compareRuns(await run(0.5), await run(0.5));
    expect(compared.sameMachine).toBe(true);
    expect(compared.rows.map(({ kind, variant }) => `${kind} ${variant}`)).toEqual([
      "effect quick",
      "level slow",
      "level quick",
    ]);
    expect(compared.rows.map(({ verdict }) => verdict)).toEqual(["agrees", "agrees", "agrees"]);
    expect(compared.worse).toBe(0);
    expect(compared.falseAlarmRate).toMatch(/at most 5 %/);
  });

  it("show a regression of one variant, in its level and in its effect, and not in the other's", async () => {
    const compared = compareRuns(await run(0.5), await run(0.6));
    const verdicts = Object.fromEntries(
      compared.rows.map((row) => [`${row.kind} ${row.variant}`, row.verdict]),
    );
    expect(verdicts).toEqual({ "effect quick": "worse", "level quick": "worse", "level slow": "agrees" });
    expect(compared.worse).toBe(2);
    expect(compared.rows[0]!.ratio!.value).toBeCloseTo(1.2, 2);
    expect(compareRuns(await run(0.6), await run(0.5)).rows[0]!.verdict).toBe("better");
  });

  it("of two machines are compared by their effects alone", async () => {
    const other = await run(0.5);
    const elsewhere = {
      ...other,
      manifest: { ...other.manifest, machine: { ...other.manifest.machine, cores: 64 } },
    };
    const compared = compareRuns(await run(0.5), elsewhere);
    expect(compared.sameMachine).toBe(false);
    expect(compared.rows.every(({ kind }) => kind === "effect")).toBe(true);
  });

  it("that are too short for any alarm say so, and raise none", async () => {
    const short: StudyInput = { ...evenStudy, blocks: 2, underpowered: "warn" };
    const compared = compareRuns(await run(0.5, short), await run(0.9, short));
    expect(compared.worse).toBe(0);
    expect(compared.rows[0]!.sentence).toMatch(/too few blocks/);
  });

  it("of different studies are refused, with every difference", async () => {
    const first = await run(0.5);
    const other = await run(0.5, { ...evenStudy, slo: { responseMs: 99 }, alpha: 0.01 });
    const wrong = () => compareRuns(first, other);
    expect(wrong).toThrow(/not runs of one study/);
    try {
      wrong();
    } catch (error) {
      expect((error as { problems: { path: string }[] }).problems.map(({ path }) => path)).toEqual([
        "plan.json#/study/slo/responseMs",
        "plan.json#/study/alpha",
      ]);
    }
  });
});
