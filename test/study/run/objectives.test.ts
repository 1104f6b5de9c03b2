import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import type { ObjectiveResult } from "../../../analysis/schema/objective.ts";
import { writeResults } from "../../../bench/results-folder.ts";
import {
  checkHasObjectives,
  checkObjectiveOutputs,
  failWhereObjectivesAreNotMet,
  writeObjectiveOutputs,
} from "../../../study/run/objectives.ts";
import { evenStudy, evenTrial, freshDirectory } from "../../analysis/study.ts";

const judged = (state: ObjectiveResult["state"], variant: string): ObjectiveResult => ({
  ...{ index: 0, metric: "p99", unit: "ms", scenario: "steady", variant, direction: "at most", limit: 200 },
  ...{ injectionShare: null, confidence: 0.95, state, value: 1, low: 1, high: 1, n: 8, of: "trial" },
  sentence: `the sentence of ${variant}`,
});
const failure = (...objectives: ObjectiveResult[]) => {
  try {
    failWhereObjectivesAreNotMet(objectives);
  } catch (error) {
    return error as { exitCode: number; problems: { path: string; got: string }[] };
  }
  return undefined;
};

describe("the exit code of a run with objectives", () => {
  it("is 0 where each is met, and where there are none", () => {
    expect(failure(judged("met", "a"), judged("met", "b"))).toBeUndefined();
    expect(failure()).toBeUndefined();
  });

  it("is 10 where one is missed, whatever else is open, and names those that are", () => {
    const error = failure(judged("not shown", "a"), judged("missed", "b"), judged("met", "c"))!;
    expect(error.exitCode).toBe(10);
    expect(error.problems).toEqual([
      { path: "steady/b/p99", expected: "a limit that is kept", got: "the sentence of b" },
    ]);
  });

  it("is 11 where none is missed and one is not shown", () => {
    expect(failure(judged("not shown", "a"), judged("met", "b"))!.exitCode).toBe(11);
  });
});

describe("the files for a CI", () => {
  it("hold the objectives and the first screen", async () => {
    const directory = await freshDirectory();
    const objectives = [{ metric: "p50", atMost: 30, variants: ["quick"] }];
    await writeResults(directory, { ...evenStudy, aa: false, objectives }, (trial) =>
      evenTrial(trial, trial.variant === "quick" ? 20 : 40),
    );
    const out = await mkdtemp(join(tmpdir(), "ci-"));
    const options = { junit: join(out, "junit.xml"), summary: join(out, "summary.md") };
    await checkObjectiveOutputs(options);
    await writeObjectiveOutputs(directory, await analyse(directory), options);
    expect(await readFile(options.junit, "utf8")).toContain('tests="1" failures="0" errors="0" skipped="0"');
    expect(await readFile(options.summary, "utf8")).toMatch(/\*\*met\*\*: p50 of quick under steady load/);
  });

  it("are refused before the run where they cannot be written, and test results where there are no objectives", async () => {
    await expect(checkObjectiveOutputs({ junit: tmpdir() })).rejects.toMatchObject({
      kind: "badInput",
      problems: [expect.objectContaining({ path: "--junit" })],
    });
    expect(() => checkHasObjectives({ name: "quick" }, { junit: "junit.xml" })).toThrow(
      expect.objectContaining({ kind: "badInput", message: "study quick has no objectives" }),
    );
    expect(() => checkHasObjectives({ name: "quick" }, { summary: "summary.md" })).not.toThrow();
  });
});
