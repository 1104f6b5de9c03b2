/**
 * The results folder: the only place that writes it. Every file appears whole or not at all, and a trial's
 * record is written after its samples, so its presence means the trial is finished.
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { z } from "zod";
import { checkedJson } from "../../analysis/input/checked-json.ts";
import { holdTraces, keepTraces } from "../../analysis/input/kept-traces.ts";
import { planProblems } from "../../analysis/plan/plan-problems.ts";
import {
  type ManifestFile,
  manifestFile,
  type PlanFile,
  planFile,
  type TrialFile,
  trialFile,
} from "../../analysis/schema/results-folder.ts";
import { TestbedError } from "../../errors/errors.ts";
import { sha256 } from "../../files/canonical-json.ts";
import { guardedFolder } from "../../files/guarded-folder.ts";
import { writeWhole } from "../../files/whole-file.ts";
import { workspace } from "../../infra/workspace/paths.ts";
import type { Sample } from "../../workloads/samples/sample.ts";
import { encodeSamples } from "../../workloads/samples/samples-file.ts";
import { type TimelineFile, timelineFile } from "../../workloads/samples/timeline.ts";
import { type ExtractedAnswers, extractedAnswers } from "./extracted-answers.ts";

export interface Store {
  readonly directory: string;
  /** @throws TestbedError (invalidResults) where it is not as it was planned: nothing may be run by it */
  readPlan(): Promise<PlanFile>;
  hasManifest(): Promise<boolean>;
  readManifest(): Promise<ManifestFile>;
  /** And the traces that it replays. */
  writePlan(plan: PlanFile): Promise<void>;
  writeManifest(manifest: ManifestFile): Promise<void>;
  writeTrial(trial: TrialFile): Promise<void>;
  /** Those that have a record, in order of their names. */
  readTrials(): Promise<readonly TrialFile[]>;
  /** @returns the file's digest */
  writeSamples(trialId: string, samples: readonly Sample[]): Promise<string>;
  /** Removes what there is of a trial, so that it can be run again. */
  clearTrial(trialId: string): Promise<void>;
  /** What a variant answered outside every trial, for a comparison with the baseline's. */
  writeAnswers(variant: string, answers: ExtractedAnswers): Promise<void>;
  /** Undefined until the variant's answers are written. */
  readAnswers(variant: string): Promise<ExtractedAnswers | undefined>;
  /** @returns the file's digest */
  writeTimeline(trialId: string, timeline: TimelineFile): Promise<string>;
  /** Trials with a record that says finished or failed: what --resume does not repeat. */
  settled(): Promise<ReadonlySet<string>>;
  /** Takes a trial out of the run, to be run again, and keeps it whole as `superseded/<id>/<n>`. */
  setAside(trialId: string): Promise<void>;
  /** Trials that were set aside, each as often as it was. */
  superseded(): Promise<readonly string[]>;
}

/** In the workspace, as seen from the current folder: that is how people read it. */
export const resultsRoot = relative(process.cwd(), join(workspace, "results"));

/** A run's name sorts by time: `2026-04-20T10-15-00Z`. */
export function runName(now: Date): string {
  return `${now.toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
}

export function openStore(directory: string): Store {
  const root = resolve(directory);
  const folder = guardedFolder(root);
  const read = async <T>(name: string, schema: z.ZodType<T>) =>
    checkedJson(await folder.readText(name), join(root, name), schema);
  const write = async <T>(name: string, schema: z.ZodType<T>, value: T) => {
    const content = jsonText(schema, value);
    await folder.writeText(name, content);
    return content;
  };
  const readTrials = async () => {
    const records: TrialFile[] = [];
    for (const id of await folder.list("trials")) {
      const name = `trials/${id}/trial.json`;
      if (await folder.hasFile(name)) records.push(await read(name, trialFile));
    }
    return records;
  };
  return {
    directory: root,
    async readPlan() {
      const plan = await read("plan.json", planFile);
      const problems = planProblems(plan);
      if (problems.length === 0) {
        await holdTraces(folder, plan.study);
        return plan;
      }
      throw new TestbedError("invalidResults", `the plan in ${root} was changed after it was made`, {
        problems,
        hint: "Nothing was run. Restore plan.json from a copy, or start a new run.",
      });
    },
    hasManifest: () => folder.hasFile("manifest.json"),
    readManifest: () => read("manifest.json", manifestFile),
    async writePlan(plan) {
      await keepTraces(folder, plan.study);
      await write("plan.json", planFile, plan);
    },
    async writeManifest(manifest) {
      await write("manifest.json", manifestFile, manifest);
    },
    async writeTrial(trial) {
      await write(`trials/${trial.id}/trial.json`, trialFile, trial);
    },
    writeSamples: (id, samples) =>
      folder.make(`trials/${id}/samples.parquet`, (draft) => encodeSamples(draft, samples)),
    clearTrial: (id) => folder.remove(`trials/${id}`),
    async writeAnswers(variant, answers) {
      await write(`answers/${variant}.json`, extractedAnswers, answers);
    },
    async readAnswers(variant) {
      const name = `answers/${variant}.json`;
      return (await folder.hasFile(name)) ? read(name, extractedAnswers) : undefined;
    },
    async writeTimeline(id, timeline) {
      return sha256(await write(`trials/${id}/timeline.json`, timelineFile, timeline));
    },
    readTrials,
    async settled() {
      const done = (await readTrials()).filter(({ status }) => status !== "partial");
      return new Set(done.map(({ id }) => id));
    },
    async setAside(id) {
      const times = (await folder.list(`superseded/${id}`)).length;
      await folder.move(`trials/${id}`, `superseded/${id}/${times + 1}`);
    },
    async superseded() {
      const found: string[] = [];
      for (const id of await folder.list("superseded")) {
        found.push(...(await folder.list(`superseded/${id}`)).map(() => id));
      }
      return found;
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
  const content = jsonText(schema, value);
  await writeWhole(path, content);
  return content;
}

/** @throws TestbedError (invalidResults) where it cannot be read, is not JSON or does not fit the schema */
export async function readChecked<T>(path: string, schema: z.ZodType<T>, hint: string): Promise<T> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new TestbedError("invalidResults", `cannot read ${path}`, { cause, hint });
  });
  return checkedJson(text, path, schema);
}

function jsonText<T>(schema: z.ZodType<T>, value: T): string {
  return `${JSON.stringify(schema.parse(value), null, 2)}\n`;
}
