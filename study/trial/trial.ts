import type { MachineReading } from "../../analysis/gates/machine.ts";
import { type PlannedTrial, schemaVersion, type TrialFile } from "../../analysis/schema/results-folder.ts";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { targets, type UnderTest } from "../../infra/targets/index.ts";
import { closedLoop } from "../../workloads/drive/closed-loop.ts";
import type { Driven } from "../../workloads/drive/drive.ts";
import { worstThrottledShare } from "../../workloads/samples/cpu-quota.ts";
import type { TimelineFile } from "../../workloads/samples/timeline.ts";
import type { Schedule } from "../../workloads/schedule/schedule.ts";
import { scenarioOf } from "../../workloads/spec/spec.ts";
import { readCpuTimes, stealShare } from "../machine/cpu-steal.ts";
import type { Quiet } from "../machine/noise-wait.ts";
import { driveDisrupted } from "./disrupted-trial.ts";
import { firstAnswer } from "./first-answer.ts";
import { failWithoutSuccess, uselessness } from "./no-success.ts";
import type { Effects } from "./runner.ts";
import { type Deployed, readyForNextTrial, restartedPods, unanswered } from "./trial-isolation.ts";
import {
  askedOf,
  driveFrom,
  driveFromHost,
  isControl,
  scheduleSize,
  type TrialContext,
  trialSchedule,
} from "./trial-load.ts";

interface Measured {
  readonly startedAt: string;
  readonly schedule: Schedule;
  readonly driven: Driven;
  readonly timeline: TimelineFile | null;
  /** The service, where it was disrupted. */
  readonly disrupted: UnderTest | null;
  readonly steal: number | null;
  /** Speed of the machine before and after the load; undefined where it was not probed. */
  readonly quiet: Quiet | undefined;
  readonly machineAfter: MachineReading | undefined;
  readonly serviceThrottledShare: number | null;
}

/** Connections of the warm-up's closed loop: enough to reach every worker of a variant. */
const warmUpConnections = 8;

function lookedAt(
  { quiet, machineAfter: after }: Measured,
  { machine: deployed }: Deployed,
): Pick<TrialFile, "machine" | "waitedSeconds"> {
  if (quiet === undefined || after === undefined || deployed === undefined) return {};
  return { machine: { deployed, before: quiet.reading, after }, waitedSeconds: quiet.waitedSeconds };
}

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
    async up({ variant }, anew) {
      const machine = await context.machine?.look("");
      progress.live(`${variant}: deploying${anew ? " again" : ""}`);
      const started = performance.now();
      const endpoint = await target.up(variant, { signal });
      return { endpoint, upSeconds: (performance.now() - started) / 1000, machine, anew };
    },

    async ready({ variant, trials }, { endpoint }) {
      const asked = askedOf(context, scenarioOf(study, trials[0]!));
      const { timeoutMs } = study;
      const note = await firstAnswer({ name: variant, endpoint, asked, timeoutMs, signal });
      if (note !== "") context.note(note);
      await context.beside?.look(variant, endpoint.url);
    },

    async warmUp({ variant, trials }, { endpoint }) {
      // What runs already is warm, and this loop goes as fast as it can.
      if (study.warmupSeconds === 0 || targets[study.target].runsAlready === true) return;
      progress.live(`${variant}: warming up`);
      const { samples, failures } = await closedLoop({
        url: endpoint.url,
        asked: askedOf(context, scenarioOf(study, trials[0]!)),
        connections: warmUpConnections,
        seconds: study.warmupSeconds,
        warmupSeconds: 0,
        seed: trials[0]!.seed,
        timeoutMs: study.timeoutMs,
        signal,
      });
      signal.throwIfAborted();
      failWithoutSuccess(`warm-up of ${variant}`, samples, failures, endpoint.logFile);
    },

    async measure(trial, deployed) {
      const schedule = trialSchedule(context, trial);
      const scenario = scenarioOf(study, trial);
      const { endpoint } = deployed;
      await store.clearTrial(trial.id);
      const quiet = await context.machine?.quiet(trial.variant, trial.id);
      const startedAt = new Date().toISOString();
      // The counters of a disrupted container restart, or are missing.
      const quotas = async () =>
        scenario.disruption === undefined ? ((await target.quotas?.(endpoint)) ?? null) : null;
      const quotasBefore = await quotas();
      const before = await readCpuTimes();
      const measured = async (driven: Driven, timeline: TimelineFile | null, disrupted: UnderTest | null) => {
        const steal = stealShare(before, await readCpuTimes());
        const serviceThrottledShare = worstThrottledShare(quotasBefore, await quotas());
        const machineAfter = await context.machine?.look(trial.variant);
        return {
          ...{ startedAt, schedule, driven, timeline, disrupted, steal, quiet, machineAfter },
          serviceThrottledShare,
        };
      };
      const { disruption: spec } = scenario;
      if (spec === undefined)
        return measured(await driveFrom(context, trial, schedule, endpoint), null, null);
      const underTest = await target.underTest!(endpoint);
      const { driven, timeline } = await driveDisrupted({
        ...{ spec, trial, endpoint, underTest, signal },
        responseMs: study.slo.responseMs,
        asked: askedOf(context, scenario),
        warmupSeconds: study.warmupSeconds,
        // From this host, whatever the target: what breaks the service must not break the generator.
        drive: (url, onStart) => driveFromHost(context, trial, schedule, { url, onStart }),
      });
      for (const { index, error } of timeline.injections) {
        if (error !== "") progress.say(`${trial.id}: injection ${index}: ${error}`);
      }
      return measured(driven, timeline, isControl(spec) ? null : underTest);
    },

    async collect(trial, measured, deployed) {
      const { startedAt, driven, timeline, disrupted, steal, serviceThrottledShare } = measured;
      const { endpoint, upSeconds } = deployed;
      const anew = deployed.anew && deployed.left === undefined;
      deployed.left = {
        trial: trial.id,
        disrupted,
        unanswered: unanswered(driven.samples),
        restartedPods: restartedPods(timeline?.events ?? []),
      };
      const samplesDigest = await store.writeSamples(trial.id, driven.samples);
      const timelineDigest = timeline === null ? null : await store.writeTimeline(trial.id, timeline);
      // A service that was disrupted may be another one by now: whether it is there again is asked before the next trial.
      const alive = disrupted !== null || (await target.alive(endpoint));
      // What is disrupted may well be away for a whole short trial; that is what it measures.
      const useless =
        timeline === null && !driven.health.partial
          ? uselessness(trial.id, driven, endpoint.logFile)
          : undefined;
      const failed = alive ? useless : serviceDied(endpoint.logFile);
      const status = driven.health.partial ? "partial" : failed === undefined ? "finished" : "failed";
      await record(trial, {
        status,
        error: status === "failed" ? reasonOf(failed!) : "",
        startedAt,
        samplesDigest,
        timelineDigest,
        generator: driven.health,
        deployment: {
          upSeconds,
          readySeconds: endpoint.readySeconds,
          ...(anew ? { anew } : {}),
          ...(endpoint.nodes === undefined ? {} : { nodes: endpoint.nodes }),
          ...(endpoint.through === undefined ? {} : { through: endpoint.through }),
        },
        steal,
        ...lookedAt(measured, deployed),
        serviceThrottledShare,
      });
      if (status === "failed") throw failed;
    },

    drained(deployed, trial) {
      const { responseMs } = study.slo;
      const asked = askedOf(context, scenarioOf(study, trial));
      return readyForNextTrial(deployed, { asked, responseMs, signal, progress });
    },

    async markFailed(trial, reason) {
      progress.say(`${trial.id}: failed: ${reasonOf(reason)}`);
      const settled = await store.settled();
      // A trial whose samples were kept has its own record of the failure already.
      if (!settled.has(trial.id)) {
        await record(trial, { error: reasonOf(reason) });
      }
    },

    async down({ variant }) {
      progress.live(`${variant}: taking down`);
      await target.down(variant);
    },
  };
}

function serviceDied(logFile: string): TestbedError {
  return new TestbedError("runFailed", "the service died during the trial", { hint: `Its log: ${logFile}` });
}

/** In one sentence, with the first example of what the service answered. */
function reasonOf(reason: unknown): string {
  const [example] = reason instanceof TestbedError ? reason.problems : [];
  return example === undefined ? messageOf(reason) : `${messageOf(reason)}; for example: ${example.got}`;
}
