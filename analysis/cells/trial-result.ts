/**
 * The result of one trial: its validity and measurements, or its place in the analysis if there is nothing to measure.
 */
import { arrivalOf } from "../../workloads/arrivals/index.ts";
import { outcomes } from "../../workloads/samples/sample.ts";
import type { TimelineFile } from "../../workloads/samples/timeline.ts";
import { type StudySpec, scenarioOf } from "../../workloads/spec/spec.ts";
import { isDisrupted } from "../compare/estimands.ts";
import { measuredOnTime, sendsOf } from "../compare/on-time-metrics.ts";
import { recoveryMeasurements } from "../compare/recovery-values.ts";
import { gateFindings, judge } from "../gates/validity.ts";
import type { Trace } from "../input/trial-samples.ts";
import { metrics } from "../metrics/index.ts";
import { isRecoveryValid, mixture, undisturbed } from "../recovery/trial-gates.ts";
import { type TrialRecovery, trialRecovery } from "../recovery/trial-recovery.ts";
import type { ManifestFile, PlannedTrial, TrialFile } from "../schema/results-folder.ts";
import type { TrialResult } from "../schema/trial.ts";
import { serverCounts, skewFindings } from "../trial/connection-skew.ts";
import { flightOf } from "../trial/in-flight.ts";
import { type Steadiness, steadiness, steadyFindings } from "../trial/saturation.ts";
import { transientRequests } from "../trial/warm-up.ts";
import { rowsBetween, type Window, windowOf } from "../trial/window.ts";
import { qualityFindings } from "./quality-findings.ts";

/** A finished trial with its samples, before the window is fixed. */
export interface LoadedTrial {
  readonly planned: PlannedTrial;
  readonly record: TrialFile;
  readonly trace: Trace;
  /** `steady` of one that is disrupted, or whose users wait. */
  readonly steady: Steadiness;
  /** Where the measured window may begin, ms: after the study's warm-up, later where a transient was found. */
  readonly settledMs: number;
  /** Of a trial with injections; the control's too. */
  readonly recovery: TrialRecovery | undefined;
  /** True where these disturb: not for the control. */
  readonly disrupted: boolean;
}

export interface MeasuredTrial {
  readonly result: TrialResult;
  /** Whether the injections can be believed: the control's may where its response times may not. */
  readonly recoveryValid: boolean;
  readonly window: Window;
}

export function loadedTrial(
  planned: PlannedTrial,
  record: TrialFile,
  trace: Trace,
  timeline: TimelineFile | undefined,
  study: StudySpec,
  manifest: ManifestFile,
): LoadedTrial {
  const fromMs = study.warmupSeconds * 1000;
  const toMs = record.durationSeconds * 1000;
  const { slo } = study;
  const scenario = scenarioOf(study, planned);
  const disrupted = isDisrupted(scenario);
  const servers = serversPerReplica(manifest, planned.variant);
  const recovery =
    timeline === undefined || scenario.disruption === undefined
      ? undefined
      : trialRecovery({
          planned,
          trace,
          timeline,
          disruption: scenario.disruption,
          ratePerSecond: record.ratePerSecond,
          warmupMs: fromMs,
          endMs: toMs,
          scheduled: record.generator!.scheduled,
          sloMs: slo.responseMs,
          serversPerReplica: servers,
        });
  const steady =
    // Users who wait keep the queue at their number, however little the service does.
    disrupted || arrivalOf(scenario.arrival).closed === true
      ? "steady"
      : steadiness(flightOf(trace), {
          fromMs,
          toMs,
          ratePerSecond: record.ratePerSecond,
          servers: servers * replicasOf(manifest, planned.variant),
        });
  // A growing queue has no steady state to settle into, and an outage is no transient: there only the study's own warm-up
  // is cut.
  const settledMs = steady === "saturated" || disrupted ? fromMs : settledAfter(trace, fromMs, toMs);
  return { planned, record, trace, steady, settledMs, recovery, disrupted };
}

export interface GroupContext {
  readonly study: StudySpec;
  readonly manifest: ManifestFile;
  readonly baseline: Trace | undefined;
  /** Up to which times to recovery are compared: every injection of the group was watched for as long. */
  readonly horizonMs: number;
}

/** @param cutMs where the window of every trial of this block and scenario begins */
export function measureTrial(
  { planned, record, trace, steady, recovery, disrupted }: LoadedTrial,
  cutMs: number,
  { study, manifest, baseline, horizonMs }: GroupContext,
): MeasuredTrial {
  const { id, block, variant, arm, scenario } = planned;
  const { arrival } = scenarioOf(study, planned);
  const servers = serversPerReplica(manifest, variant) * replicasOf(manifest, variant);
  const window = windowOf(trace, cutMs, record.durationSeconds * 1000, study.slo.responseMs, servers);
  const context = {
    record,
    generator: record.generator!,
    trace,
    window,
    arrival,
    baseline,
    leastLabels: manifest.service?.leastLabels?.[variant],
    disruption: undefined,
  };
  const contextOfRecovery =
    recovery === undefined
      ? undefined
      : { ...context, window: undisturbed(window, trace, recovery), disruption: recovery };
  const gates = judge(disrupted ? contextOfRecovery! : context).filter(
    ({ gate }) => gate !== "label-agreement" || manifest.service?.labels !== false,
  );
  const answered = serverCounts(trace);
  const findings = [
    ...gateFindings(gates, manifest.model?.synthetic === true),
    ...qualityFindings(manifest, variant),
    ...steadyFindings(steady),
    // A worker that was replaced has another id: its share says nothing of the connections.
    ...(disrupted ? [] : skewFindings(answered, workersOf(manifest, variant))),
  ];
  const result: TrialResult = {
    id,
    block,
    variant,
    arm,
    scenario,
    status: "finished",
    error: "",
    valid: findings.every(({ severity }) => severity !== "invalid"),
    saturated: steady === "saturated",
    findings,
    gates,
    ratePerSecond: record.ratePerSecond,
    window: {
      fromMs: window.fromMs,
      toMs: window.toMs,
      cutBy: cutMs > study.warmupSeconds * 1000 ? "MSER-5" : "warmupSeconds of the study",
    },
    counts: {
      offered: window.offered,
      ok: window.ok,
      late: window.late,
      failed: window.failed,
      byOutcome: Object.fromEntries(
        outcomes.flatMap((outcome) => {
          const count = window.byOutcome[outcome];
          return count === undefined ? [] : [[outcome, count]];
        }),
      ),
    },
    metrics: {
      ...Object.fromEntries(
        Object.values(metrics).map((metric) => [
          metric.name,
          disrupted
            ? mixture(metric.unit, window.offered)
            : measuredOnTime(metric, window, arrivalOf(arrival).closed === true),
        ]),
      ),
      ...(recovery === undefined ? {} : recoveryMeasurements(recovery.injections, horizonMs)),
    },
    generator: record.generator,
    ...(record.machine === undefined ? {} : { machine: { ...record.machine, startedAt: record.startedAt } }),
    ...(disrupted ? {} : { sends: sendsOf(metrics[study.primary], window) }),
    servers: answered,
  };
  return { result, window, recoveryValid: isRecoveryValid(result, contextOfRecovery) };
}

/** A trial without samples to measure: failed, cut short, or never run. */
export function absentTrial(planned: PlannedTrial, record: TrialFile | undefined): TrialResult {
  const { id, block, variant, arm, scenario } = planned;
  const status = record === undefined ? "missing" : record.status;
  return {
    id,
    block,
    variant,
    arm,
    scenario,
    status,
    error:
      record === undefined
        ? "not run"
        : record.status === "partial"
          ? "cut short before its end"
          : record.error,
    valid: false,
    saturated: false,
    findings: [],
    gates: [],
    ratePerSecond: record?.ratePerSecond ?? 0,
    window: null,
    counts: { offered: 0, ok: 0, late: 0, failed: 0, byOutcome: {} },
    metrics: {},
    generator: null,
    servers: [],
  };
}

/** Never past the middle of what is left. */
function settledAfter(trace: Trace, fromMs: number, toMs: number): number {
  const rows = rowsBetween(trace, fromMs, toMs);
  const cut = transientRequests(trace, flightOf(trace), rows);
  const settled = cut === 0 ? fromMs : trace.scheduledMs[rows.first + cut]!;
  return Math.min(settled, (fromMs + toMs) / 2);
}

export function workersOf(manifest: ManifestFile, variant: string): number {
  return shapeOf(manifest, variant).processes;
}

export function replicasOf(manifest: ManifestFile, variant: string): number {
  return shapeOf(manifest, variant).replicas;
}

/** Batches that all replicas run at the same time, and the most requests in one. */
export function batchOf(manifest: ManifestFile, variant: string): { servers: number; most: number } {
  const { replicas, servers, batch } = shapeOf(manifest, variant);
  return { servers: replicas * servers, most: batch };
}

/** Whether its service says what a variant works on at once; without that no model of it can be had. */
export function isShapeKnown({ shapes }: ManifestFile, variant: string): boolean {
  return shapes === undefined || (shapes[variant] ?? null) !== null;
}

/** Where nothing is known, one request at a time. */
function shapeOf(manifest: ManifestFile, variant: string) {
  if (manifest.shapes !== undefined) {
    return manifest.shapes[variant] ?? { replicas: 1, processes: 1, servers: 1, batch: 1 };
  }
  // Of before: by the sentiment service's own settings.
  const setting = (name: string) => {
    const value = manifest.variants[variant]?.[name];
    return typeof value === "number" ? value : 1;
  };
  const processes = setting("workers");
  return {
    replicas: setting("replicas"),
    processes,
    servers: processes * setting("streams"),
    batch: setting("batchMaxSize"),
  };
}

/** Requests that one replica works on at once. */
function serversPerReplica(manifest: ManifestFile, variant: string): number {
  const { servers, batch } = shapeOf(manifest, variant);
  return servers * batch;
}
