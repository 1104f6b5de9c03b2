/**
 * Checks that a results folder still matches its samples: every digest and figure is recomputed from the raw samples,
 * every report rendered again; each difference or missing file is named. Writes nothing.
 */
import { type Problem, TestbedError } from "../errors/errors.ts";
import { guardedFolder } from "../files/guarded-folder.ts";
import { differences } from "../files/json-differences.ts";
import { parseJson } from "../files/json-text.ts";
import { arrivalOf } from "../workloads/arrivals/index.ts";
import { scheduleDigest } from "../workloads/schedule/schedule.ts";
import { scenarioOf } from "../workloads/spec/spec.ts";
import { analyse } from "./analyse.ts";
import { type Results, readResults, readTimeline, readTrace } from "./input/read.ts";
import type { Trace } from "./input/trial-samples.ts";
import { applicableReports, reports } from "./reports/formats/index.ts";
import { readSource } from "./reports/parts/source.ts";
import { reportModel } from "./reports/sections/report-model.ts";
import type { Analysis } from "./schema/analysis-result.ts";
import type { TrialFile } from "./schema/results-folder.ts";

export interface Check {
  readonly what: string;
  /** Things that were looked at. */
  readonly count: number;
  readonly problems: readonly Problem[];
  /** Only words can differ here: another version of the testbed words its sentences, and renders its reports, differently. */
  readonly ofWords?: true;
}

export async function verify(directory: string): Promise<Check[]> {
  const checks: Check[] = [];
  const run = async (what: string, look: () => Promise<Omit<Check, "what">>) => {
    const found = await look().catch((error: unknown) => ({ count: 1, problems: problemsOfError(error) }));
    checks.push({ what, ...found });
    return found.problems.length === 0;
  };
  let read: Results | undefined;
  await run("plan, manifest and trial records: schemas and plan digest", async () => {
    read = await readResults(directory);
    return { count: 2 + read.trials.filter(({ record }) => record !== undefined).length, problems: [] };
  });
  if (read === undefined) return checks;
  const results = read;
  const complete = await run("trials: a record of every one that was planned", async () => ({
    count: results.trials.length,
    problems: results.trials.flatMap(({ planned, record }) =>
      record === undefined ? [missing(`trials/${planned.id}/trial.json`)] : [],
    ),
  }));
  const intact = await run(
    "samples: digest of each file, of its timeline, and of the schedule they were sent by",
    () => checkSamples(results),
  );
  // What rests on a file that is not there would differ in every figure.
  if (!intact || !complete) return checks;
  let analysis: Analysis | undefined;
  let words: readonly Problem[] = [];
  await run("analysis.json: every figure from the raw samples", async () => {
    analysis = await analyse(directory);
    const differing = await checkAnalysis(directory, analysis);
    words = differing.filter(({ path }) => isOfWords(path));
    return { count: countFigures(analysis), problems: differing.filter(({ path }) => !isOfWords(path)) };
  });
  if (analysis === undefined) return checks;
  const recomputed = analysis;
  if (words.length > 0) {
    checks.push({
      what: "analysis.json: sentences",
      count: words.length,
      problems: words,
      ofWords: true,
    });
  }
  await run("reports: rendered again", async () => ({
    ...(await checkReports(directory, recomputed)),
    ...(words.length > 0 ? { ofWords: true as const } : {}),
  }));
  return checks;
}

async function checkSamples({ directory, plan, trials }: Results) {
  const problems: Problem[] = [];
  let count = 0;
  for (const { planned, record } of trials) {
    if (record === undefined || record.samplesDigest === null) continue;
    count++;
    try {
      const trace = await readTrace(directory, record);
      // In a closed loop the service moves the instants: the samples have other ones than the schedule.
      if (!arrivalOf(scenarioOf(plan.study, planned).arrival).closed) {
        problems.push(...checkSchedule(record, trace));
      }
      await readTimeline(directory, record);
    } catch (error) {
      problems.push(...problemsOfError(error));
    }
  }
  return { count, problems };
}

/** The samples of a finished trial hold every position of its schedule, so they have its digest. */
function checkSchedule(record: TrialFile, trace: Trace): Problem[] {
  if (record.status !== "finished" || trace.length !== record.generator?.scheduled) return [];
  const digest = scheduleDigest(trace.scheduledMs, trace.payload);
  return digest === record.scheduleDigest
    ? []
    : [
        {
          path: `trials/${record.id}/trial.json: scheduleDigest`,
          expected: digest,
          got: record.scheduleDigest,
        },
      ];
}

async function checkAnalysis(directory: string, recomputed: Analysis): Promise<Problem[]> {
  const folder = guardedFolder(directory);
  if (!(await folder.hasFile(reports.json.file))) return [missing(reports.json.file)];
  let stored: unknown;
  try {
    stored = parseJson(await folder.readText(reports.json.file));
  } catch {
    return [{ path: reports.json.file, expected: "JSON", got: "a truncated or foreign file" }];
  }
  return differences(recomputed, stored).map((problem) => ({
    ...problem,
    path: `${reports.json.file}#${problem.path}`,
  }));
}

/** Keys of analysis.json that hold sentences and nothing that a reader would compute with. */
const keysOfWords = [
  "message",
  "advice",
  "sentence",
  "why",
  "notes",
  "synthetic",
  "doubts",
  "note",
  "error",
  "law",
];

function isOfWords(path: string): boolean {
  const [, pointer = ""] = path.split("#");
  const keys = pointer.split("/").filter((key) => !/^\d+$/.test(key));
  return keysOfWords.includes(keys.at(-1) ?? "");
}

async function checkReports(directory: string, recomputed: Analysis) {
  const model = reportModel(await readSource(directory, recomputed));
  const rendered = applicableReports(model)
    .map(([, report]) => report)
    .filter((report) => report !== reports.json);
  const folder = guardedFolder(directory);
  const problems: Problem[] = [];
  for (const { file, render } of rendered) {
    if (!(await folder.hasFile(file))) problems.push(missing(file));
    else if ((await folder.readText(file)) !== render(model)) {
      problems.push({ path: file, expected: "the report of this analysis", got: "another text" });
    }
  }
  return { count: rendered.length, problems };
}

function countFigures(value: unknown): number {
  if (typeof value === "number") return 1;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + countFigures(inner), 0);
}

function missing(path: string): Problem {
  return { path, expected: "a file", got: "nothing" };
}

function problemsOfError(error: unknown): readonly Problem[] {
  if (!(error instanceof TestbedError)) throw error;
  return error.problems.length > 0
    ? error.problems
    : [{ path: error.message, expected: "a whole file", got: error.hint ?? "" }];
}
