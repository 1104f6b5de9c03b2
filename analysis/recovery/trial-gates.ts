/** The gates that apply to a trial with injections, and the metrics that do not. */
import { accounting } from "../gates/accounting.ts";
import { type Disruption, type GateContext, isDisturbed } from "../gates/gate.ts";
import { lateness } from "../gates/generator.ts";
import { responseMs, type Trace } from "../input/trial-samples.ts";
import type { Measurement, TrialResult } from "../schema/trial.ts";
import { sorted } from "../statistics/quantile.ts";
import { rowsBetween, type Window } from "../trial/window.ts";

/** The control is judged as a steady trial: where only its lateness is too large for that, it may do for the recovery. */
export function isRecoveryValid({ findings }: TrialResult, context: GateContext | undefined): boolean {
  const others = findings.filter(({ severity, code }) => severity === "invalid" && code !== "lateness");
  return (
    context !== undefined &&
    others.length === 0 &&
    [lateness, accounting].every(({ judge: rule }) => rule(context).every(({ passed }) => passed))
  );
}

export function mixture(unit: string, n: number): Measurement {
  return { value: null, unit, n, why: "disrupted: see the recovery section" };
}

/** The window with the times of its undisturbed requests: what the generator did while nothing was broken on purpose. */
export function undisturbed(window: Window, trace: Trace, disruption: Disruption): Window {
  const { first, last } = rowsBetween(trace, window.fromMs, window.toMs);
  const responses: number[] = [];
  const latenessMs: number[] = [];
  for (let row = first; row < last; row++) {
    if (isDisturbed(disruption, trace.scheduledMs[row]!)) continue;
    responses.push(responseMs(trace, row));
    const late = trace.sentMs[row]! - trace.scheduledMs[row]!;
    latenessMs.push(Number.isNaN(late) ? Number.POSITIVE_INFINITY : late);
  }
  return {
    ...window,
    responseMs: sorted(Float64Array.from(responses)),
    latenessMs: Float64Array.from(latenessMs),
  };
}
