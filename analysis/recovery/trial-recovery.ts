/** All injections of one trial. */

import type { InjectionRecord, TimelineFile } from "../../workloads/samples/timeline.ts";
import type { ScenarioSpec } from "../../workloads/spec/spec.ts";
import { okOutcome, type Trace } from "../input/trial-samples.ts";
import type { InjectionResult } from "../schema/recovery.ts";
import type { PlannedTrial } from "../schema/results-folder.ts";
import { mean } from "../statistics/moments.ts";
import { flightOf } from "../trial/in-flight.ts";
import { aligned, type Grid, gridOf } from "./injection/aligned.ts";
import { type InjectionWindow, injectionWindows } from "./injection/injection-window.ts";
import { beforeSeconds, fewestBefore, levelBefore, nothingBefore } from "./injection/service-level.ts";
import { recoveryMeasures } from "./measures/index.ts";
import { observeInjection, usualLabels } from "./observe.ts";

export interface DisruptedTrial {
  readonly planned: PlannedTrial;
  readonly trace: Trace;
  readonly timeline: TimelineFile;
  readonly disruption: NonNullable<ScenarioSpec["disruption"]>;
  readonly ratePerSecond: number;
  readonly warmupMs: number;
  /** End of the schedule, ms. */
  readonly endMs: number;
  /** Positions in the schedule. */
  readonly scheduled: number;
  readonly sloMs: number;
  /** Requests that one copy of the service can work on at once. */
  readonly serversPerReplica: number;
}

export interface TrialRecovery {
  readonly timeline: TimelineFile;
  readonly injections: readonly InjectionResult[];
  readonly grid: Grid;
  /** Stretches [from, to) in which a disruption was at work, ms: from each injection until it was undone and the level sustained. */
  readonly disturbed: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Requests that break offered = ok + late + failed + lost, over all windows, excluded ones too. */
  readonly unaccounted: number;
  readonly sloMs: number;
}

export function trialRecovery(trial: DisruptedTrial): TrialRecovery {
  const { timeline, trace, disruption } = trial;
  const grid = gridOf(disruption.everySeconds, trial.ratePerSecond);
  const windows = injectionWindows(trial);
  const around = {
    trace,
    flight: flightOf(trace),
    sloMs: trial.sloMs,
    ratePerSecond: trial.ratePerSecond,
    usualLabel: usualLabels(trace),
    utilisation: utilisationOf(trial, windows),
  };
  const disturbed: { fromMs: number; toMs: number }[] = [];
  const results = new Map<number, InjectionResult>();
  let unaccounted = 0;
  /** Since when nothing is at work; null where the injection before has not been recovered from. */
  let quietSinceMs: number | null = trial.warmupMs;
  for (const window of windows) {
    const { injection, startedMs, endMs } = window;
    const quietFromMs = Math.max(quietSinceMs ?? startedMs, startedMs - beforeSeconds * 1000);
    const quietToMs = Math.min(trace.scheduledMs[window.firstRow] ?? startedMs, startedMs);
    const before = levelBefore(trace, quietFromMs, quietToMs, trial.sloMs);
    const observed = observeInjection(window, {
      ...around,
      quietFromMs,
      quietToMs: Math.max(quietToMs, quietFromMs + 1),
      before: before ?? nothingBefore,
    });
    const { account, course } = observed;
    unaccounted += Math.abs(account.unaccounted);
    const sustainedMs = course.brokenMs === null ? startedMs : course.sustainedMs;
    disturbed.push({
      fromMs: startedMs - trial.sloMs,
      toMs: Math.max(sustainedMs ?? endMs, injection.undoneMs ?? 0),
    });
    const excluded = exclusion(injection, before?.requests ?? 0, quietSinceMs !== null);
    quietSinceMs = sustainedMs;
    results.set(injection.index, {
      ...identity(trial, injection),
      startedMs,
      endMs,
      excluded,
      before: before === undefined ? null : { onTime: before.onTime, requests: before.requests },
      account,
      utilisation: around.utilisation,
      brokenAgain: course.brokenAgain,
      values:
        excluded === ""
          ? Object.fromEntries(
              Object.entries(recoveryMeasures).map(([name, measure]) => [name, measure.measure(observed)]),
            )
          : {},
      events: timeline.events
        .filter(({ atMs }) => atMs >= startedMs && atMs < endMs)
        .map(({ atMs, source, kind, subject }) => ({ afterMs: atMs - startedMs, source, kind, subject })),
      series: excluded === "" ? seriesOf(aligned(trace, window, trial.sloMs, grid)) : null,
    });
  }
  return {
    timeline,
    grid,
    disturbed,
    unaccounted,
    sloMs: trial.sloMs,
    injections: timeline.injections.map(
      (injection) => results.get(injection.index) ?? neverBegun(trial, injection),
    ),
  };
}

function exclusion(injection: InjectionRecord, requestsBefore: number, recovered: boolean): string {
  if (injection.error !== "") return `the injection failed: ${injection.error}`;
  if (!recovered) return "the service had not recovered from the injection before";
  if (!injection.steadyBefore) return "the service was not steady before it";
  return requestsBefore >= fewestBefore
    ? ""
    : `too few undisturbed requests before it: ${requestsBefore}, ${fewestBefore} are needed`;
}

function neverBegun(trial: DisruptedTrial, injection: InjectionRecord): InjectionResult {
  return {
    ...identity(trial, injection),
    startedMs: null,
    endMs: null,
    excluded: injection.error === "" ? "never begun" : `never begun: ${injection.error}`,
    before: null,
    account: null,
    utilisation: null,
    brokenAgain: false,
    values: {},
    events: [],
    series: null,
  };
}

function identity(
  { planned: { id, block, scenario, variant, arm } }: DisruptedTrial,
  injection: InjectionRecord,
) {
  const { index, subject, mechanism, intendedMs } = injection;
  return { trial: id, block, scenario, variant, arm, index, subject, mechanism, intendedMs };
}

/** rho = lambda S / c, with S the mean time of requests before the first injection that found no other in the service. */
function utilisationOf(trial: DisruptedTrial, windows: readonly InjectionWindow[]): number | null {
  const { trace, ratePerSecond, serversPerReplica, timeline } = trial;
  const toRow = windows[0]?.firstRow ?? trace.length;
  const times: number[] = [];
  let busyUntil = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < toRow; row++) {
    const [scheduled, completed] = [trace.scheduledMs[row]!, trace.completedMs[row]!];
    if (trace.outcome[row] === okOutcome && scheduled >= busyUntil && scheduled >= trial.warmupMs) {
      times.push(completed - trace.sentMs[row]!);
    }
    busyUntil = Math.max(busyUntil, completed);
  }
  return times.length === 0
    ? null
    : (ratePerSecond * mean(times)) / 1000 / (serversPerReplica * timeline.replicas);
}

function seriesOf({ responseMs, badShare, latenessMs }: ReturnType<typeof aligned>) {
  return { responseMs: [...responseMs], badShare: [...badShare], latenessMs: [...latenessMs] };
}
