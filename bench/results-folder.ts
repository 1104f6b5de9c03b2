/** A results folder of a simulated study: the real files, by the real writers, with answers that are known. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type ManifestFile,
  type PlanFile,
  type PlannedTrial,
  schemaVersion,
  type TrialFile,
} from "../analysis/schema/results-folder.ts";
import { sha256 } from "../files/canonical-json.ts";
import { planFile } from "../study/plan/plan.ts";
import type { Sample } from "../workloads/samples/sample.ts";
import { writeSamples } from "../workloads/samples/samples-file.ts";
import type { TimelineFile } from "../workloads/samples/timeline.ts";
import type { Schedule } from "../workloads/schedule/schedule.ts";
import { type StudyInput, studySpec } from "../workloads/spec/spec.ts";

export interface SimulatedTrial {
  readonly schedule: Schedule;
  readonly samples: readonly Sample[];
  /** Of a trial with a disruption. */
  readonly timeline?: TimelineFile;
  /** Overrides of the trial's record. */
  readonly record?: Partial<TrialFile>;
}

/**
 * @param run one trial; undefined leaves it out, as an interrupted run does
 * @param settings of each variant in the manifest, for example `{ workers: 2 }`
 */
export async function writeResults(
  directory: string,
  input: StudyInput,
  run: (trial: PlannedTrial) => SimulatedTrial | undefined,
  { settings = {}, synthetic = true }: { settings?: ManifestFile["variants"]; synthetic?: boolean } = {},
): Promise<PlanFile> {
  const plan = planFile(studySpec.parse(input), "simulated", "2026-04-20T10:00:00.000Z");
  await writeJson(join(directory, "plan.json"), plan);
  await writeJson(join(directory, "manifest.json"), simulatedManifest(plan, settings, synthetic));
  for (const trial of plan.trials) {
    const simulated = run(trial);
    if (simulated !== undefined) await writeTrial(directory, plan, trial, simulated);
  }
  return plan;
}

async function writeTrial(
  directory: string,
  plan: PlanFile,
  trial: PlannedTrial,
  { schedule, samples, timeline, record }: SimulatedTrial,
): Promise<void> {
  const folder = join(directory, "trials", trial.id);
  const samplesDigest = await writeSamples(join(folder, "samples.parquet"), samples);
  const { ratePerSecond, durationSeconds, digest, offsetsMs } = schedule;
  const facts: TrialFacts = {
    ...{ ratePerSecond, durationSeconds, samplesDigest, scheduleDigest: digest },
    timelineDigest: timeline === undefined ? null : await writeTimeline(folder, timeline),
    ...{ scheduled: offsetsMs.length, recorded: samples.length },
  };
  await writeJson(join(folder, "trial.json"), { ...trialRecord(plan, trial, facts), ...record });
}

type DigestKey = "scheduleDigest" | "samplesDigest" | "timelineDigest";

interface TrialFacts extends Pick<TrialFile, "ratePerSecond" | "durationSeconds" | DigestKey> {
  /** Requests. */
  readonly scheduled: number;
  readonly recorded: number;
}

/** Of a trial that finished, with a generator that kept up. */
export function trialRecord(
  plan: PlanFile,
  { id }: PlannedTrial,
  { scheduled, recorded, ...of }: TrialFacts,
): TrialFile {
  return {
    ...{ schemaVersion, planDigest: plan.digest, id, ...of },
    ...{ status: "finished", error: "", startedAt: "2026-04-20T10:00:00.000Z" },
    generator: {
      ...{ workers: 1, scheduled, recorded, connectionsOpened: 1, partial: false },
      latenessMs: { p50: 0, p99: 0, max: 0 },
      ...{ cpuCores: 0.1, wallSeconds: of.durationSeconds, throttledShare: 0, nice: 0 },
    },
    deployment: { upSeconds: 1, readySeconds: 1 },
    ...{ steal: 0, serviceThrottledShare: null },
  };
}

async function writeTimeline(folder: string, timeline: TimelineFile): Promise<string> {
  const path = join(folder, "timeline.json");
  await writeJson(path, timeline);
  return sha256(await readFile(path));
}

function simulatedManifest(
  plan: PlanFile,
  settings: ManifestFile["variants"],
  synthetic: boolean,
): ManifestFile {
  return {
    schemaVersion,
    planDigest: plan.digest,
    testbedVersion: "0.0.0",
    source: { commit: "none", dirty: false },
    machine: { os: "none", kernel: "none", cpu: "none", cores: 1, memoryBytes: 1, node: "none" },
    toolchain: [],
    model: { name: "known-answer", digest: "none", licence: "none", synthetic, note: "a simulated queue" },
    payload: [],
    variants: settings,
    calibration: null,
    notes: [],
  };
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
