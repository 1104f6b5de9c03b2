/**
 * The planned duration of a study, before its first trial: its load, the target's overhead, and the time to drain the
 * backlogs of overload.
 */
import { sum } from "../../analysis/statistics/moments.ts";
import { disruptionOf } from "../../infra/disruptions/index.ts";
import { targets } from "../../infra/targets/index.ts";
import { arrivalOf } from "../../workloads/arrivals/index.ts";
import type { ScenarioSpec, StudySpec } from "../../workloads/spec/spec.ts";
import { loadJobDrives } from "./load-job-drives.ts";

export interface PlannedTime {
  /** Of schedules, warm-ups included. */
  readonly loadSeconds: number;
  /** With what the target takes to deploy, and for the load of a trial beyond its schedule. */
  readonly totalSeconds: number;
}

/**
 * Of that many deployments, each with a trial of every scenario. As if all were as fast as the baseline: one that is faster
 * has less of a backlog after an overload.
 * @param capacityPerSecond of the baseline; undefined where nothing has measured it
 */
export function plannedTime(study: StudySpec, deployments: number, capacityPerSecond?: number): PlannedTime {
  const { perDeployment, perLoadJob } = targets[study.target].overheadSeconds;
  const { scenarios, warmupSeconds } = study;
  const oneLoad = sum(scenarios.map(({ durationSeconds }) => durationSeconds + warmupSeconds));
  const jobs = scenarios.filter(loadJobDrives);
  const backlogs = sum(scenarios.map((scenario) => backlogSeconds(scenario, study, capacityPerSecond)));
  return {
    loadSeconds: deployments * oneLoad,
    totalSeconds:
      deployments * (oneLoad + backlogs + perDeployment * (1 + renewals(study)) + perLoadJob * jobs.length),
  };
}

/** Number of trials that follow one whose disruption ends containers of the deployment, which is then redeployed. */
function renewals({ scenarios, target }: StudySpec): number {
  if (targets[target].pods !== true) return 0;
  const ending = scenarios.filter(
    ({ disruption }) => disruption !== undefined && disruptionOf(disruption).endsContainers === true,
  );
  return ending.length * followedShare(scenarios);
}

/** Of a scenario's trials, those after which the same deployment has another: the last is a draw of each block. */
function followedShare(scenarios: readonly ScenarioSpec[]): number {
  return 1 - 1 / scenarios.length;
}

/**
 * What an overload has left in the queue, (rho - 1) T, is waited for after its end: at most the limit of a request, and
 * where a further trial follows, until the service has drained or is redeployed.
 */
function backlogSeconds(
  { arrival, rate, durationSeconds }: ScenarioSpec,
  { timeoutMs, scenarios, target }: StudySpec,
  capacityPerSecond: number | undefined,
): number {
  if (arrivalOf(arrival).closed) return 0;
  const rho = "utilisation" in rate ? rate.utilisation : rate.perSecond / (capacityPerSecond ?? Infinity);
  const backlog = Math.max(0, rho - 1) * durationSeconds;
  const answered = Math.min(timeoutMs / 1000, backlog);
  const { perDeployment } = targets[target].overheadSeconds;
  const owed = backlog - answered;
  const rest = owed > perDeployment ? 2 * perDeployment : owed;
  return answered + rest * followedShare(scenarios);
}
