/** The real effects of a run on a target: deploy, look, warm up, drive, write. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type PlanFile, type PlannedTrial, schemaVersion, type TrialFile } from "../analysis/folder.ts";
import { TestbedError } from "../errors.ts";
import type { Endpoint, OpenTarget } from "../infra/targets/index.ts";
import { closedLoop } from "../workloads/closed-loop.ts";
import { worstThrottledShare } from "../workloads/cpu-quota.ts";
import { type Driven, defaultMostConnections, drive, drivenOf } from "../workloads/drive.ts";
import { writeSamples } from "../workloads/samples-file.ts";
import { materialise, type Schedule } from "../workloads/schedule.ts";
import type { ScenarioSpec, StudySpec } from "../workloads/spec.ts";
import type { Deployment } from "./plan.ts";
import type { Progress } from "./progress.ts";
import type { Effects } from "./runner.ts";
import { readCpuTimes, stealShare } from "./steal.ts";
import type { Store } from "./store.ts";

export interface TrialContext {
  readonly plan: PlanFile;
  readonly store: Store;
  readonly target: OpenTarget;
  /** Ready request bodies by payload name. */
  readonly bodies: ReadonlyMap<string, readonly Buffer[]>;
  /** Of the baseline, answers per second. */
  readonly capacityPerSecond: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

interface Deployed {
  readonly endpoint: Endpoint;
  readonly upSeconds: number;
}

interface Measured {
  readonly startedAt: string;
  readonly schedule: Schedule;
  readonly driven: Awaited<ReturnType<typeof drive>>;
  readonly steal: number | null;
  readonly serviceThrottledShare: number | null;
}

/** Connections of the warm-up's closed loop: enough to reach every worker of a variant. */
const warmUpConnections = 8;

export function trialEffects(context: TrialContext): Effects<Deployed, Measured> {
  const { plan, store, target, progress, signal } = context;
  const { study } = plan;

  const record = (trial: PlannedTrial, fields: Partial<TrialFile>): Promise<void> => {
    const { ratePerSecond, durationSeconds } = scheduleSize(study, trial, context.capacityPerSecond);
    return store.writeTrial({
      schemaVersion,
      planDigest: plan.digest,
      id: trial.id,
      status: "failed",
      error: "",
      startedAt: new Date().toISOString(),
      ratePerSecond,
      durationSeconds,
      scheduleDigest: trialSchedule(context, trial).digest,
      samplesDigest: null,
      timelineDigest: null,
      generator: null,
      deployment: { upSeconds: 0, readySeconds: 0 },
      steal: null,
      serviceThrottledShare: null,
      ...fields,
    });
  };

  return {
    async up({ variant }) {
      progress.live(`${variant}: pulumi up`);
      const started = performance.now();
      const endpoint = await target.up(variant, { signal });
      return { endpoint, upSeconds: (performance.now() - started) / 1000 };
    },

    async ready({ variant, trials }, { endpoint }) {
      const bodies = bodiesOf(context, scenarioOf(study, trials[0]!));
      const answer = await fetch(endpoint.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: new Uint8Array(bodies[0]!),
        signal: AbortSignal.any([signal, AbortSignal.timeout(study.timeoutMs)]),
      });
      if (!answer.ok) {
        throw new TestbedError("runFailed", `${variant} answered ${answer.status} to its first request`, {
          hint: `Its log: ${endpoint.logFile}`,
        });
      }
    },

    async warmUp({ variant, trials }, { endpoint }) {
      if (study.warmupSeconds === 0) return;
      progress.live(`${variant}: warming up`);
      await closedLoop({
        url: endpoint.url,
        bodies: bodiesOf(context, scenarioOf(study, trials[0]!)),
        connections: warmUpConnections,
        seconds: study.warmupSeconds,
        warmupSeconds: 0,
        seed: trials[0]!.seed,
        timeoutMs: study.timeoutMs,
        signal,
      });
    },

    async measure(trial, { endpoint }) {
      const schedule = trialSchedule(context, trial);
      await rm(store.trialDirectory(trial.id), { recursive: true, force: true });
      const startedAt = new Date().toISOString();
      const quotas = async () => (await target.quotas?.(endpoint)) ?? null;
      const quotasBefore = await quotas();
      const before = await readCpuTimes();
      const driven = await driveFrom(context, trial, schedule, endpoint);
      const steal = stealShare(before, await readCpuTimes());
      return {
        startedAt,
        schedule,
        driven,
        steal,
        serviceThrottledShare: worstThrottledShare(quotasBefore, await quotas()),
      };
    },

    async collect(trial, { startedAt, driven, steal, serviceThrottledShare }, { endpoint, upSeconds }) {
      const samplesDigest = await writeSamples(
        join(store.trialDirectory(trial.id), "samples.parquet"),
        driven.samples,
      );
      const alive = await target.alive(endpoint);
      const status = driven.health.partial ? "partial" : alive ? "finished" : "failed";
      await record(trial, {
        status,
        error: status === "failed" ? "the service died during the trial" : "",
        startedAt,
        samplesDigest,
        generator: driven.health,
        deployment: { upSeconds, readySeconds: endpoint.readySeconds },
        steal,
        serviceThrottledShare,
      });
      if (status === "failed") {
        throw new TestbedError("runFailed", "the service died during the trial", {
          hint: `Its log: ${endpoint.logFile}`,
        });
      }
    },

    async spoil(trial, reason) {
      progress.say(`${trial.id}: failed: ${reason instanceof Error ? reason.message : String(reason)}`);
      const settled = await store.settled();
      // A trial whose samples were kept has its own record of the failure already.
      if (!settled.has(trial.id)) {
        await record(trial, { error: reason instanceof Error ? reason.message : String(reason) });
      }
    },

    async down({ variant }) {
      progress.live(`${variant}: pulumi destroy`);
      await target.down(variant);
    },
  };
}

/** From the target's own generators where it has them; a closed loop is one process, and that is here. */
async function driveFrom(
  { plan: { study }, target, progress, signal, bodies }: TrialContext,
  trial: PlannedTrial,
  schedule: Schedule,
  endpoint: Endpoint,
): Promise<Driven> {
  const scenario = scenarioOf(study, trial);
  if (target.load !== undefined && schedule.arrival.kind !== "closed-loop") {
    progress.live(`${trial.id}: load job`);
    const { arrival, ratePerSecond, durationSeconds, seed, digest } = schedule;
    const share = {
      ...{ arrival, ratePerSecond, durationSeconds, seed },
      scheduleDigest: digest,
      payload: scenario.payload,
      timeoutMs: study.timeoutMs,
      mostConnections: defaultMostConnections,
      workers: 1,
    };
    const results = await target.load({ id: trial.id, endpoint, share, signal });
    const nice = Math.max(...results.map((result) => result.nice));
    const priorityNote = [...new Set(results.flatMap((result) => result.priorityNote ?? []))].join("; ");
    return drivenOf(schedule, results, { nice, ...(priorityNote === "" ? {} : { priorityNote }) });
  }
  return drive({
    url: endpoint.url,
    schedule,
    bodies: bodies.get(scenario.payload)!,
    timeoutMs: study.timeoutMs,
    signal,
    progress: (live) => progress.live(`${trial.id}: ${live.text}`),
  });
}

export function trialSchedule(
  context: Pick<TrialContext, "plan" | "bodies" | "capacityPerSecond">,
  trial: PlannedTrial,
): Schedule {
  const { study } = context.plan;
  const scenario = scenarioOf(study, trial);
  return materialise({
    arrival: scenario.arrival,
    ...scheduleSize(study, trial, context.capacityPerSecond),
    seed: trial.seed,
    payloadCount: bodiesOf(context, scenario).length,
  });
}

/** The warm-up is the first part of the schedule: driven and recorded, left out by the analysis. */
function scheduleSize(study: StudySpec, trial: PlannedTrial, capacityPerSecond: number) {
  const { rate, durationSeconds } = scenarioOf(study, trial);
  return {
    ratePerSecond: "utilisation" in rate ? rate.utilisation * capacityPerSecond : rate.perSecond,
    durationSeconds: study.warmupSeconds + durationSeconds,
  };
}

function scenarioOf(study: StudySpec, trial: PlannedTrial): ScenarioSpec {
  return study.scenarios.find(({ name }) => name === trial.scenario)!;
}

function bodiesOf(context: Pick<TrialContext, "bodies">, scenario: ScenarioSpec): readonly Buffer[] {
  return context.bodies.get(scenario.payload)!;
}

export type { Deployment };
