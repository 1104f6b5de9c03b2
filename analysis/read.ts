/**
 * Reads a results folder and believes nothing: every file by its schema, every digest recomputed, every trial against
 * the plan. What is wrong is told at once, all of it, and nothing is ever written here.
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { z } from "zod";
import { type Problem, TestbedError } from "../errors.ts";
import { problemsOf } from "../problems.ts";
import { type TimelineFile, timelineFile } from "../workloads/timeline.ts";
import { readColumns } from "./columns.ts";
import {
  type ManifestFile,
  manifestFile,
  type PlanFile,
  type PlannedTrial,
  planFile,
  schemaVersion,
  type TrialFile,
  trialFile,
} from "./folder.ts";
import { planDigest } from "./plan-digest.ts";
import type { Trace } from "./trace.ts";

export interface Results {
  readonly directory: string;
  readonly plan: PlanFile;
  readonly manifest: ManifestFile;
  /** In the order of the plan. */
  readonly trials: readonly PlannedResult[];
}

export interface PlannedResult {
  readonly planned: PlannedTrial;
  /** Undefined where the trial has not been run, or was killed before its record was written. */
  readonly record: TrialFile | undefined;
}

/** @throws TestbedError (invalidResults) naming every file that is bad, truncated, foreign or from a newer testbed */
export async function readResults(directory: string): Promise<Results> {
  const plan = await readJson(directory, "plan.json", planFile);
  const manifest = await readJson(directory, "manifest.json", manifestFile);
  const problems = [...checkPlan(plan), ...checkOrigin("manifest.json", manifest.planDigest, plan)];
  const known = new Set(plan.trials.map(({ id }) => id));
  for (const folder of await readdir(join(directory, "trials")).catch(() => [])) {
    if (!known.has(folder)) {
      problems.push({ path: `trials/${folder}`, expected: "a trial of the plan", got: "a foreign folder" });
    }
  }
  const trials: PlannedResult[] = [];
  for (const planned of plan.trials) {
    const path = `trials/${planned.id}/trial.json`;
    if (!existsSync(join(directory, path))) {
      trials.push({ planned, record: undefined });
      continue;
    }
    try {
      const record = await readJson(directory, path, trialFile);
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
    throw new TestbedError("invalidResults", `${directory} is not one whole run`, {
      problems,
      hint: "Nothing was changed. Restore the named files from a copy, or run the study again.",
    });
  }
  return { directory, plan, manifest, trials };
}

/** @throws TestbedError (invalidResults) where the file is missing, truncated or not the one that was recorded */
export async function readTrace(directory: string, record: TrialFile): Promise<Trace> {
  const path = join("trials", record.id, "samples.parquet");
  const whole = join(directory, path);
  if (!existsSync(whole)) {
    throw new TestbedError("invalidResults", `${path} is missing in ${directory}`, {
      problems: [{ path, expected: "the samples of a finished trial", got: "no file" }],
    });
  }
  const digest = await fileDigest(whole);
  if (digest !== record.samplesDigest) {
    throw new TestbedError("invalidResults", `${path} in ${directory} is not the file that was recorded`, {
      problems: [{ path, expected: String(record.samplesDigest), got: digest }],
      hint: "It was cut short or changed after the run.",
    });
  }
  return readColumns(whole);
}

/**
 * @returns undefined for a trial without a disruption
 * @throws TestbedError (invalidResults) where the file is missing, or not the one that was recorded
 */
export async function readTimeline(directory: string, record: TrialFile): Promise<TimelineFile | undefined> {
  if (record.timelineDigest === null) return undefined;
  const path = `trials/${record.id}/timeline.json`;
  const whole = join(directory, path);
  const digest = existsSync(whole) ? await fileDigest(whole) : "no file";
  if (digest !== record.timelineDigest) {
    throw new TestbedError("invalidResults", `${path} in ${directory} is not the file that was recorded`, {
      problems: [{ path, expected: record.timelineDigest, got: digest }],
      hint: "It was removed or changed after the run.",
    });
  }
  return readJson(directory, path, timelineFile);
}

export async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest("hex")}`;
}

async function readJson<T>(directory: string, path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(join(directory, path), "utf8").catch((cause: unknown) => {
    throw new TestbedError("invalidResults", `cannot read ${path} in ${directory}`, {
      cause,
      hint: "A results folder is what `testbed study` writes: results/<study>/<run>.",
    });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TestbedError("invalidResults", `${path} in ${directory} is not JSON, perhaps truncated`, {
      cause,
    });
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && version > schemaVersion) {
    throw new TestbedError("invalidResults", `${path} in ${directory} is from a newer testbed`, {
      problems: [{ path, expected: `schema ${schemaVersion} or older`, got: `schema ${version}` }],
      hint: "Analyse it with the version that wrote it, or a later one.",
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TestbedError("invalidResults", `${path} in ${directory} does not fit its schema`, {
    problems: problemsOf(parsed.error, value).map((problem) => ({
      ...problem,
      path: `${path}: ${problem.path}`,
    })),
  });
}

function checkPlan(plan: PlanFile): Problem[] {
  const digest = planDigest(plan.study, plan.trials);
  return digest === plan.digest ? [] : [{ path: "plan.json: digest", expected: plan.digest, got: digest }];
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
  return { path: path, expected: "a readable trial record", got: error.message };
}
