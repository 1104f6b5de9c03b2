/**
 * The trials of one block and scenario, which share a schedule, reduced together to the values that the whole analysis
 * needs.
 */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { shortestWindowMs } from "../compare/recovery-values.ts";
import { judgeTogether } from "../gates/run-gates.ts";
import { gateFindings } from "../gates/validity.ts";
import { type PlannedResult, type Results, readTimeline, readTrace, samplesPath } from "../input/read.ts";
import { idleServiceMs } from "../models/predictions.ts";
import { type SectionVariances, sectionVariances } from "../models/variance.ts";
import type { TrialRecovery } from "../recovery/trial-recovery.ts";
import type { TrialResult } from "../schema/trial.ts";
import { flightOf } from "../trial/in-flight.ts";
import { type TrialSeries, trialSeries } from "../trial/series.ts";
import { type TrialStages, trialStages } from "../trial/stages.ts";
import { responsesBetween } from "../trial/window.ts";
import { absentTrial, type LoadedTrial, loadedTrial, measureTrial } from "./trial-result.ts";

/** One trial, reduced to what the whole needs of it. */
export interface Reduced {
  readonly result: TrialResult;
  readonly kept: Kept | undefined;
}

/** What is left of a finished trial's samples: 16 bytes a request, and sums. */
export interface Kept {
  /** Of the window, in the order of the schedule. */
  readonly responses: Float64Array;
  readonly scheduledMs: Float64Array;
  readonly idleServiceMs: Float64Array;
  readonly within: SectionVariances;
  readonly series: TrialSeries;
  readonly stages: TrialStages | undefined;
  readonly recovery: TrialRecovery | undefined;
  readonly recoveryValid: boolean;
}

export async function reduceGroup(results: Results, group: readonly PlannedResult[]): Promise<Reduced[]> {
  const { directory, plan, manifest } = results;
  const { study } = plan;
  const loaded: LoadedTrial[] = [];
  const reduced: Reduced[] = [];
  for (const { planned, record } of group) {
    if (record?.status === "finished") {
      const trace = await readTrace(directory, record);
      const timeline = await readTimeline(directory, record);
      loaded.push(loadedTrial(planned, record, trace, timeline, study, manifest));
    } else {
      reduced.push({ result: absentTrial(planned, record), kept: undefined });
    }
  }
  // A comparison must be over the same requests: the trial that settles last sets the window for all.
  const cutMs = Math.max(...loaded.map(({ settledMs }) => settledMs));
  const isBaseline = ({ planned }: LoadedTrial) =>
    planned.variant === study.baseline && planned.arm === "main";
  const baseline = loaded.find(isBaseline)?.trace;
  const horizonMs = shortestWindowMs(loaded.map(({ recovery }) => recovery?.injections ?? []));
  for (const trial of loaded) {
    const { result, window, recoveryValid } = measureTrial(trial, cutMs, {
      study,
      manifest,
      baseline: isBaseline(trial) ? undefined : baseline,
      horizonMs,
    });
    const { trace } = trial;
    const responses = responsesBetween(trace, window.fromMs, window.toMs);
    reduced.push({
      result,
      kept: {
        responses,
        scheduledMs: trace.scheduledMs,
        idleServiceMs: idleServiceMs(trace),
        within: sectionVariances(responses),
        stages: await trialStages(await samplesPath(directory, result.id), window),
        series: trialSeries(trace, flightOf(trace), trial.record.durationSeconds),
        recovery: trial.recovery,
        recoveryValid,
      },
    });
  }
  return reduced;
}

/** The same trials, judged by the gates whose limit is the run's own, too. */
export function judgedTogether(
  reduced: readonly Reduced[],
  study: StudySpec,
  synthetic: boolean,
): ReadonlyMap<string, Reduced> {
  const judged = judgeTogether(
    reduced.map(({ result }) => result),
    study,
  );
  return new Map(
    reduced.map(({ result, kept }): [string, Reduced] => {
      const gates = judged.get(result.id) ?? [];
      const findings = gateFindings(gates, synthetic);
      const invalid = findings.filter(({ severity }) => severity === "invalid");
      const whole: TrialResult = {
        ...result,
        gates: [...result.gates, ...gates],
        findings: [...findings, ...result.findings],
        valid: result.valid && invalid.length === 0,
      };
      // Where lateness could move response times only, the injections count all the same.
      const failsOtherwise = invalid.some(({ code }) => code !== "lateness");
      return [
        result.id,
        {
          result: whole,
          kept:
            kept === undefined
              ? undefined
              : { ...kept, recoveryValid: kept.recoveryValid && !failsOtherwise },
        },
      ];
    }),
  );
}
