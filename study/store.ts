/**
 * The results folder: the only place that writes it. Every file appears whole or not at all, and a trial's
 * record is written after its samples, so its presence means the trial is finished.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { sha256 } from "../analysis/canonical.ts";
import {
  type ManifestFile,
  manifestFile,
  type PlanFile,
  planFile,
  type TrialFile,
  trialFile,
} from "../analysis/folder.ts";
import { TestbedError } from "../errors.ts";
import { problemsOf } from "../problems.ts";
import { writeWhole } from "../whole-file.ts";
import { type TimelineFile, timelineFile } from "../workloads/timeline.ts";

export interface Store {
  readonly directory: string;
  trialDirectory(trialId: string): string;
  readPlan(): Promise<PlanFile>;
  hasManifest(): boolean;
  readManifest(): Promise<ManifestFile>;
  writePlan(plan: PlanFile): Promise<void>;
  writeManifest(manifest: ManifestFile): Promise<void>;
  writeTrial(trial: TrialFile): Promise<void>;
  /** Those that have a record, in order of their names. */
  readTrials(): Promise<readonly TrialFile[]>;
  /** @returns the file's digest */
  writeTimeline(trialId: string, timeline: TimelineFile): Promise<string>;
  /** Trials with a record that says finished or failed: what --resume does not repeat. */
  settled(): Promise<ReadonlySet<string>>;
  /** Takes a trial out of the run, to be run again, and keeps it whole as `superseded/<id>/<n>`. */
  setAside(trialId: string): Promise<void>;
  /** Trials that were set aside, each as often as it was. */
  superseded(): Promise<readonly string[]>;
}

export const resultsRoot = "results";

/** A run's name sorts by time: `2026-04-20T10-15-00Z`. */
export function runName(now: Date): string {
  return `${now.toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
}

export function openStore(directory: string): Store {
  const root = resolve(directory);
  const trialDirectory = (id: string) => join(root, "trials", id);
  const readTrials = async () => {
    const names = (await readdir(join(root, "trials")).catch(() => [])).sort();
    const paths = names
      .map((id) => join(trialDirectory(id), "trial.json"))
      .filter((path) => existsSync(path));
    return Promise.all(paths.map((path) => readChecked(path, trialFile)));
  };
  return {
    directory: root,
    trialDirectory,
    readPlan: () => readChecked(join(root, "plan.json"), planFile),
    hasManifest: () => existsSync(join(root, "manifest.json")),
    readManifest: () => readChecked(join(root, "manifest.json"), manifestFile),
    async writePlan(plan) {
      await writeChecked(join(root, "plan.json"), planFile, plan);
    },
    async writeManifest(manifest) {
      await writeChecked(join(root, "manifest.json"), manifestFile, manifest);
    },
    async writeTrial(trial) {
      await writeChecked(join(trialDirectory(trial.id), "trial.json"), trialFile, trial);
    },
    async writeTimeline(id, timeline) {
      const content = await writeChecked(join(trialDirectory(id), "timeline.json"), timelineFile, timeline);
      return sha256(content);
    },
    readTrials,
    async settled() {
      const done = (await readTrials()).filter(({ status }) => status !== "partial");
      return new Set(done.map(({ id }) => id));
    },
    async setAside(id) {
      const folder = join(root, "superseded", id);
      await mkdir(folder, { recursive: true });
      await rename(trialDirectory(id), join(folder, String((await readdir(folder)).length + 1)));
    },
    async superseded() {
      const ids = (await readdir(join(root, "superseded")).catch(() => [])).sort();
      const times = await Promise.all(ids.map((id) => readdir(join(root, "superseded", id))));
      return ids.flatMap((id, index) => times[index]!.map(() => id));
    },
  };
}

/** The newest run of a study that has trials left to do, for `--resume` without a name. */
export async function latestRun(study: string, root = resultsRoot): Promise<string | undefined> {
  const folder = join(root, study);
  return newestIn(folder, (run) => existsSync(join(folder, run, "plan.json")));
}

/** What is there is named by the time of its run; its path. */
export async function newestIn(
  folder: string,
  counts: (name: string) => boolean,
): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const last = names.filter(counts).sort().at(-1);
  return last === undefined ? undefined : join(folder, last);
}

/** @returns what was written */
export async function writeChecked<T>(path: string, schema: z.ZodType<T>, value: T): Promise<string> {
  const content = `${JSON.stringify(schema.parse(value), null, 2)}\n`;
  await writeWhole(path, content);
  return content;
}

/** @throws TestbedError (invalidResults) where it cannot be read, is not JSON or does not fit the schema */
export async function readChecked<T>(
  path: string,
  schema: z.ZodType<T>,
  hint = "Is this a results folder of `testbed study`? `testbed list runs` shows them.",
): Promise<T> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new TestbedError("invalidResults", `cannot read ${path}`, { cause, hint });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TestbedError("invalidResults", `${path} is not JSON, perhaps truncated`, {
      cause,
      hint: "Nothing was changed. Restore the file from a copy, or start anew.",
    });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new TestbedError("invalidResults", `${path} does not fit its schema`, {
      problems: problemsOf(parsed.error, value),
    });
  }
  return parsed.data;
}
