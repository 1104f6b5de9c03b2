/** The load of one trial: its schedule, and the generator that sends it. */
import type { PlanFile, PlannedTrial } from "../../analysis/schema/results-folder.ts";
import { disruptionOf } from "../../infra/disruptions/index.ts";
import type { Endpoint, OpenTarget } from "../../infra/targets/index.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import {
  type Driven,
  type DriveRequest,
  defaultMostConnections,
  drive,
  drivenOf,
} from "../../workloads/drive/drive.ts";
import { handedTo } from "../../workloads/drive/share.ts";
import { materialise, type Schedule } from "../../workloads/schedule/schedule.ts";
import {
  type DisruptionSpec,
  rateOf,
  type ScenarioSpec,
  type StudySpec,
  scenarioOf,
} from "../../workloads/spec/spec.ts";
import type { Machine } from "../machine/noise-wait.ts";
import { loadJobDrives } from "../plan/load-job-drives.ts";
import type { AnswersBeside } from "../quality/answers-beside.ts";
import type { Store } from "../store/store.ts";
import type { Progress } from "../terminal/progress.ts";

export interface TrialContext {
  readonly plan: PlanFile;
  readonly store: Store;
  readonly target: OpenTarget;
  /** By the payload's name. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Capacity of the baseline, answers per second; undefined where every rate is stated and it was not measured. */
  readonly capacityPerSecond: number | undefined;
  /** Probes the machine around each deployment and trial, and waits for it; left out: no probes. */
  readonly machine?: Machine | undefined;
  readonly progress: Progress;
  /** Compares the answers of variants outside the trials; left out: no comparison. */
  readonly beside?: AnswersBeside;
  /** Something a reader must know of the service, said and kept once. */
  note(text: string): void;
  readonly signal: AbortSignal;
}

/** Of a trial without a disruption: from the target's own generators where it has them. */
export async function driveFrom(
  context: TrialContext,
  trial: PlannedTrial,
  schedule: Schedule,
  endpoint: Endpoint,
): Promise<Driven> {
  const { plan, target, progress, signal } = context;
  const { study } = plan;
  const scenario = scenarioOf(study, trial);
  if (target.load !== undefined && loadJobDrives(scenario)) {
    progress.live(`${trial.id}: load job`);
    const asked = askedOf(context, scenario);
    const { arrival, ratePerSecond, durationSeconds, seed, digest } = schedule;
    const share = {
      ...{ arrival, ratePerSecond, durationSeconds, seed },
      scheduleDigest: digest,
      payloadCount: asked.requests.count,
      timeoutMs: study.timeoutMs,
      mostConnections: defaultMostConnections,
      workers: 1,
    };
    const results = await target.load({
      id: trial.id,
      endpoint,
      share,
      handed: (worker) => handedTo({ ...share, url: endpoint.url, schedule, asked }, worker),
      signal,
    });
    const nice = Math.max(...results.map((result) => result.nice));
    const priorityNote = [...new Set(results.flatMap((result) => result.priorityNote ?? []))].join("; ");
    const nodes = [...new Set(results.map(({ node }) => node))].sort();
    return drivenOf(schedule, results, { nice, nodes, ...(priorityNote === "" ? {} : { priorityNote }) });
  }
  return driveFromHost(context, trial, schedule, { url: endpoint.url });
}

export function driveFromHost(
  context: TrialContext,
  trial: PlannedTrial,
  schedule: Schedule,
  to: Pick<DriveRequest, "url" | "onStart">,
): Promise<Driven> {
  const { study } = context.plan;
  const { progress, signal } = context;
  return drive({
    ...to,
    schedule,
    asked: askedOf(context, scenarioOf(study, trial)),
    timeoutMs: study.timeoutMs,
    signal,
    progress: (live) => progress.live(`${trial.id}: ${live.text}`),
  });
}

export function trialSchedule(
  context: Pick<TrialContext, "plan" | "asked" | "capacityPerSecond">,
  trial: PlannedTrial,
): Schedule {
  const { study } = context.plan;
  const scenario = scenarioOf(study, trial);
  return materialise({
    arrival: scenario.arrival,
    ...scheduleSize(study, trial, context.capacityPerSecond),
    seed: trial.seed,
    payloadCount: askedOf(context, scenario).requests.count,
  });
}

/** The warm-up is the first part of the schedule: driven and recorded, left out by the analysis. */
export function scheduleSize(study: StudySpec, trial: PlannedTrial, capacityPerSecond: number | undefined) {
  const { rate, durationSeconds } = scenarioOf(study, trial);
  return {
    ratePerSecond: rateOf(rate, capacityPerSecond)!,
    durationSeconds: study.warmupSeconds + durationSeconds,
  };
}

export function isControl(spec: DisruptionSpec): boolean {
  return disruptionOf(spec).control === true;
}

export function askedOf(context: Pick<TrialContext, "asked">, scenario: ScenarioSpec): Asked {
  return context.asked.get(scenario.payload)!;
}
