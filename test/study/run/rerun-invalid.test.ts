/** Which trials of a run are set aside to be run again, on results folders with known faults. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import { invalidGroups } from "../../../analysis/plan/invalid-groups.ts";
import type { PlannedTrial, TrialFile } from "../../../analysis/schema/results-folder.ts";
import { writeResults } from "../../../bench/results-folder.ts";
import { setInvalidAside } from "../../../study/run/rerun-invalid.ts";
import { openStore } from "../../../study/store/store.ts";
import { evenStudy, evenTrial, freshDirectory } from "../../analysis/study.ts";

/** The baseline, its A/A arm and the treatment. */
const groupSize = 3;

type Fault = Partial<TrialFile> | "missing" | undefined;

async function resultsWith(fault: (trial: PlannedTrial) => Fault): Promise<string> {
  const directory = await freshDirectory();
  await writeResults(directory, evenStudy, (trial) => {
    const record = fault(trial);
    if (record === "missing") return undefined;
    const even = evenTrial(trial, trial.variant === "slow" ? 50 : 25);
    return record === undefined ? even : { ...even, record };
  });
  return directory;
}

const stolen = { steal: 0.2 };
const isQuickOf = ({ block, variant }: PlannedTrial, of: number) => block === of && variant === "quick";

describe("run again is", () => {
  it("nothing of a run in which all is valid", async () => {
    const directory = await resultsWith(() => undefined);
    expect(invalidGroups(await analyse(directory))).toEqual([]);
  });

  it("each trial of the block and scenario in which somebody else had the processor", async () => {
    const directory = await resultsWith((trial) => (isQuickOf(trial, 2) ? stolen : undefined));
    const analysis = await analyse(directory);
    const ofBlock = analysis.trials.filter(({ block }) => block === 2);
    expect(new Set(ofBlock.map(({ variant }) => variant))).toEqual(new Set(["slow", "quick"]));
    expect(invalidGroups(analysis)).toEqual([
      {
        block: 2,
        scenario: "steady",
        trials: ofBlock.map(({ id }) => id),
        gates: ["steal"],
        sides: ["machine"],
      },
    ]);
    const told = analysis.findings.find(({ code }) => code === "invalid-trials");
    expect(told?.advice).toMatch(/--resume --redo-invalid measures 3 trials again/);
  });

  it("nothing where a neighbour failed: trying until it does not would hide that", async () => {
    const directory = await resultsWith((trial) => {
      if (trial.block !== 2) return undefined;
      return trial.variant === "quick" ? stolen : { status: "failed", error: "the service died" };
    });
    expect(invalidGroups(await analyse(directory))).toEqual([]);
  });

  it("what is there, where the run was stopped before its neighbour", async () => {
    const directory = await resultsWith((trial) => {
      if (trial.block !== 2) return undefined;
      return trial.variant === "quick" ? stolen : "missing";
    });
    const [group, ...others] = invalidGroups(await analyse(directory));
    expect(others).toEqual([]);
    expect(group!.trials).toHaveLength(1);
  });
});

describe("a trial that is set aside", () => {
  it("is left to do, kept whole, and in no figure", async () => {
    const directory = await resultsWith((trial) => (isQuickOf(trial, 0) ? stolen : undefined));
    const store = openStore(directory);
    const said: string[] = [];
    const before = await store.settled();
    expect(await setInvalidAside(store, { say: (line) => said.push(line) })).toBe(groupSize);
    const after = await store.settled();
    const gone = [...before].filter((id) => !after.has(id)).sort();
    expect(gone).toHaveLength(groupSize);
    expect(await store.superseded()).toEqual(gone);
    expect(await readdir(join(directory, "superseded", gone[0]!, "1"))).toContain("samples.parquet");
    expect(said.join()).toMatch(/3 trials in 1 group .* steal failed; .* superseded/);
    // The folder can be read, and nothing more is to be mended.
    expect((await analyse(directory)).counts).toMatchObject({ finished: before.size - groupSize });
    expect(await setInvalidAside(store, { say: () => {} })).toBe(0);
  });

  it("a second time is kept beside the first", async () => {
    const directory = await resultsWith(() => undefined);
    const store = openStore(directory);
    const { id } = (await store.readTrials())[0]!;
    const record = (await store.readTrials())[0]!;
    await store.setAside(id);
    await store.writeTrial(record);
    await store.setAside(id);
    expect(await store.superseded()).toEqual([id, id]);
    expect(await readdir(join(directory, "superseded", id))).toEqual(["1", "2"]);
  });
});
