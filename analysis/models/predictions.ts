/**
 * Compares models with measurements, cell by cell: each prediction from the load and the idle service, next to the
 * measured value.
 */
import type { ArrivalSpec } from "../../workloads/spec/spec.ts";
import { okOutcome, type Trace } from "../input/trial-samples.ts";
import type { Analysis } from "../schema/analysis-result.ts";
import type { CellResult } from "../schema/cell.ts";
import type { TrialResult } from "../schema/trial.ts";
import { type ModelContext, type ModelTrial, models } from "./index.ts";

export interface ModelCell {
  readonly cell: CellResult;
  readonly arrival: ArrivalSpec;
  readonly servers: number;
  readonly batch: ModelContext["batch"];
  readonly saturatedPerSecond: number | null;
  readonly serviceMs: Float64Array;
  readonly trials: readonly { readonly result: TrialResult; readonly scheduledMs: Float64Array }[];
}

export function predictions(model: ModelCell): Analysis["models"] {
  const { cell, arrival, servers, batch, saturatedPerSecond, serviceMs, trials } = model;
  const valid = trials.filter(({ result }) => result.valid);
  const ratePerSecond = valid[0]?.result.ratePerSecond;
  if (ratePerSecond === undefined) return [];
  const steady = valid
    .filter(({ result }) => !result.saturated)
    .map(({ result, scheduledMs }): ModelTrial => ({ id: result.id, scheduledMs, ...result.window! }));
  const context = { arrival, ratePerSecond, servers, batch, saturatedPerSecond, serviceMs, trials: steady };
  return Object.values(models).flatMap((model) =>
    model.predict(context).map(({ metric, value, why }) => {
      const measured = cell.metrics[metric]!;
      return {
        id: `${cell.scenario}/${cell.variant}/${model.name}/${metric}`,
        model: model.name,
        law: model.law,
        error: model.error,
        variant: cell.variant,
        scenario: cell.scenario,
        metric,
        unit: measured.unit,
        predicted: value,
        measured: measured.estimate,
        /** Measured over predicted; the interval is the measured one's alone. */
        ratio: value === null ? null : scaled(measured.estimate, 1 / value),
        serviceRequests: serviceMs.length,
        why: why !== "" ? why : measured.why,
      };
    }),
  );
}

/** completed - sent of successes that found no other request in the service: the service without its queue. */
export function idleServiceMs(trace: Trace): Float64Array {
  const times = new Float64Array(trace.length);
  let count = 0;
  let busyUntil = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < trace.length; row++) {
    const completed = trace.completedMs[row]!;
    if (trace.outcome[row] === okOutcome && trace.scheduledMs[row]! >= busyUntil) {
      times[count++] = completed - trace.sentMs[row]!;
    }
    busyUntil = Math.max(busyUntil, completed);
  }
  return times.slice(0, count);
}

function scaled(estimate: CellResult["metrics"][string]["estimate"], by: number) {
  if (estimate === null) return null;
  return { ...estimate, value: estimate.value * by, low: estimate.low * by, high: estimate.high * by };
}
