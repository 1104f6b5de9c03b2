/**
 * Reads a results folder and trusts nothing: every file is checked by its schema, every digest recomputed, every trial
 * compared with the plan; no file outside the folder is read. All problems are reported at once, and nothing is
 * written.
 */
import type { z } from "zod";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { type GuardedFolder, guardedFolder } from "../../files/guarded-folder.ts";
import { type TimelineFile, timelineFile } from "../../workloads/samples/timeline.ts";
import { planProblems } from "../plan/plan-problems.ts";
import { isSpare } from "../plan/spare-blocks.ts";
import {
  type ManifestFile,
  manifestFile,
  type PlanFile,
  type PlannedTrial,
  planFile,
  type TrialFile,
  trialFile,
} from "../schema/results-folder.ts";
import { checkedJson } from "./checked-json.ts";
import { readColumns } from "./columns.ts";
import { holdTraces } from "./kept-traces.ts";
import type { Trace } from "./trial-samples.ts";

export interface Results {
  readonly directory: string;
  /** Without the spare trials that were not started. */
  readonly plan: PlanFile;
  readonly manifest: ManifestFile;
  /** In the order of the plan. */
  readonly trials: readonly PlannedResult[];
  /** Of the spare blocks, started or not. */
  readonly spares: readonly PlannedTrial[];
}

export interface PlannedResult {
  readonly planned: PlannedTrial;
  /** Undefined where the trial has not been run, or was killed before its record was written. */
  readonly record: TrialFile | undefined;
}

/** @throws TestbedError (invalidResults) naming every file that is bad, truncated, foreign or from a newer testbed */
export async function readResults(directory: string): Promise<Results> {
  const folder = guardedFolder(directory);
  const plan = await readJson(folder, "plan.json", planFile);
  const manifest = await readJson(folder, "manifest.json", manifestFile);
  await holdTraces(folder, plan.study);
  const problems = [...planProblems(plan), ...checkOrigin("manifest.json", manifest.planDigest, plan)];
  const known = new Set(plan.trials.map(({ id }) => id));
  for (const name of await folder.list("trials")) {
    if (!known.has(name)) {
      problems.push({
        path: `trials/${name}`,
        expected: "a trial of the plan",
        got: "a folder that is not in the plan",
      });
    }
  }
  const trials: PlannedResult[] = [];
  for (const planned of plan.trials) {
    const path = `trials/${planned.id}/trial.json`;
    try {
      if (!(await folder.hasFile(path))) {
        trials.push({ planned, record: undefined });
        continue;
      }
      const record = await readJson(folder, path, trialFile);
      problems.push(
        ...checkOrigin(path, record.planDigest, plan),
        ...checkRecord(path, record, planned, plan),
      );
      trials.push({ planned, record });
    } catch (error) {
      if (!(error instanceof TestbedError)) throw error;
      problems.push(...(error.problems.length > 0 ? error.problems : [badFile(path, error)]));
    }
  }
  if (problems.length > 0) {
    throw new TestbedError("invalidResults", `${directory} is not one complete run`, {
      problems,
      hint: "Nothing was changed. Restore the named files from a copy, or run the study again.",
    });
  }
  const spares = plan.trials.filter((trial) => isSpare(trial, plan.study));
  const asked = trials.filter(({ planned, record }) => record !== undefined || !spares.includes(planned));
  return {
    directory,
    plan: { ...plan, trials: asked.map(({ planned }) => planned) },
    manifest,
    trials: asked,
    spares,
  };
}

/** Where a trial's samples are. @throws TestbedError (invalidResults) where they are missing, or behind a link */
export function samplesPath(directory: string, trialId: string): Promise<string> {
  return guardedFolder(directory).pathOf(`trials/${trialId}/samples.parquet`);
}

/** @throws TestbedError (invalidResults) where the file is missing, truncated or not the one that was recorded */
export async function readTrace(directory: string, record: TrialFile): Promise<Trace> {
  const path = `trials/${record.id}/samples.parquet`;
  const digest = await guardedFolder(directory).digestOf(path);
  if (digest !== record.samplesDigest) {
    throw new TestbedError("invalidResults", `${path} in ${directory} is not the file that was recorded`, {
      problems: [{ path, expected: String(record.samplesDigest), got: digest }],
      hint: "It was cut short or changed after the run.",
    });
  }
  return readColumns(await samplesPath(directory, record.id));
}

/**
 * @returns undefined for a trial without a disruption
 * @throws TestbedError (invalidResults) where the file is missing, or not the one that was recorded
 */
export async function readTimeline(directory: string, record: TrialFile): Promise<TimelineFile | undefined> {
  if (record.timelineDigest === null) return undefined;
  const folder = guardedFolder(directory);
  const path = `trials/${record.id}/timeline.json`;
  const digest = (await folder.hasFile(path)) ? await folder.digestOf(path) : "no file";
  if (digest !== record.timelineDigest) {
    throw new TestbedError("invalidResults", `${path} in ${directory} is not the file that was recorded`, {
      problems: [{ path, expected: record.timelineDigest, got: digest }],
      hint: "It was removed or changed after the run.",
    });
  }
  return readJson(folder, path, timelineFile);
}

async function readJson<T>(folder: GuardedFolder, path: string, schema: z.ZodType<T>): Promise<T> {
  return checkedJson(await folder.readText(path), path, schema, folder.directory);
}

function checkOrigin(path: string, digest: string, plan: PlanFile): Problem[] {
  return digest === plan.digest
    ? []
    : [{ path, expected: `a file of plan ${plan.digest}`, got: `one of another run, ${digest}` }];
}

function checkRecord(path: string, record: TrialFile, planned: PlannedTrial, { study }: PlanFile): Problem[] {
  const disruption = study.scenarios.find(({ name }) => name === planned.scenario)?.disruption;
  return [
    ...(record.status !== "finished" || (disruption === undefined) === (record.timelineDigest === null)
      ? []
      : [
          {
            path: `${path}: timelineDigest`,
            expected: disruption === undefined ? "null, for a scenario without a disruption" : "a digest",
            got: String(record.timelineDigest),
          },
        ]),
    ...(record.id === planned.id ? [] : [{ path: `${path}: id`, expected: planned.id, got: record.id }]),
    ...(record.status !== "finished" || (record.samplesDigest !== null && record.generator !== null)
      ? []
      : [{ path, expected: "samplesDigest and generator of a finished trial", got: "null" }]),
  ];
}

function badFile(path: string, error: TestbedError): Problem {
  return { path, expected: "a readable trial record", got: error.message };
}
