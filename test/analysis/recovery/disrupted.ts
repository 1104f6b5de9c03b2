/** Traces with injections, for the tests of the recovery. */

import { traceOf } from "../../../analysis/input/trial-samples.ts";
import { type TrialRecovery, trialRecovery } from "../../../analysis/recovery/trial-recovery.ts";
import type { PlannedTrial } from "../../../analysis/schema/results-folder.ts";
import type { Sample } from "../../../workloads/samples/sample.ts";
import type { TimelineFile } from "../../../workloads/samples/timeline.ts";

export const planned: PlannedTrial = {
  id: "b00-0-single-main-hang",
  block: 0,
  deployment: 0,
  variant: "single",
  arm: "main",
  scenario: "hang",
  seed: 1,
};

export function sample(seq: number, scheduledMs: number, fields: Partial<Sample> = {}): Sample {
  return {
    seq,
    scheduledMs,
    sentMs: scheduledMs,
    firstByteMs: scheduledMs + 10,
    completedMs: scheduledMs + 10,
    outcome: "ok",
    status: 200,
    bytes: 20,
    payload: seq % 5,
    label: "positive",
    server: "0",
    worker: 0,
    ...fields,
  };
}

export function timelineAt(startedMs: readonly number[], fields: Partial<TimelineFile> = {}): TimelineFile {
  return {
    schemaVersion: 1,
    disruption: "hang",
    replicas: 1,
    injections: startedMs.map((at, index) => ({
      index,
      intendedMs: at,
      startedMs: at,
      injectedMs: at + 1,
      undoneMs: null,
      steadyBefore: true,
      subject: "the service",
      mechanism: "SIGSTOP",
      error: "",
    })),
    events: [],
    ...fields,
  };
}

export function recoveryFrom(
  samples: readonly Sample[],
  timeline: TimelineFile,
  { endMs, sloMs = 500, scheduled = samples.length }: { endMs: number; sloMs?: number; scheduled?: number },
): TrialRecovery {
  return trialRecovery({
    planned,
    trace: traceOf(samples),
    timeline,
    disruption: { kind: "hang", injections: 1, firstAfterSeconds: 5, everySeconds: 30, settings: {} },
    ratePerSecond: 50,
    warmupMs: 0,
    endMs,
    scheduled,
    sloMs,
    serversPerReplica: 1,
  });
}

/** Values of one injection by measure. */
export function valuesOf(recovery: TrialRecovery, injection = 0) {
  return Object.fromEntries(
    Object.entries(recovery.injections[injection]!.values).map(([name, { value }]) => [name, value]),
  );
}
