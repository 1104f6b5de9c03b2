/**
 * A block's value of a variant for a gate that fails closed, on the log scale: failures of the service are not left out
 * but count as the worst value.
 */
import type { StudySpec } from "../../workloads/spec/spec.ts";
import type { Analysis } from "../schema/analysis-result.ts";
import type { TrialResult } from "../schema/trial.ts";

/** ln of the value where small is good, its negative where large is; +Infinity for the worst, -Infinity for the best. */
export interface Badness {
  readonly values: readonly number[];
  /** Blocks left out: the generator or the machine made them invalid, or their schedule was too short for the metric. */
  readonly leftOut: number;
  /** Of an effect: blocks whose baseline had no value, so that nothing can be compared with it. */
  readonly withoutBaseline: number;
}

export interface Measured {
  readonly metric: string;
  readonly smallerIsBetter: boolean;
}

type Where = { readonly scenario: string; readonly variant: string };

/** Of a variant by itself. */
export function levelBadness(analysis: Analysis, where: Where, measured: Measured): Badness {
  const all = trialsOf(analysis, where).map((trial) => badnessOf(trial, measured));
  const values = all.filter((value) => value !== null);
  return { values, leftOut: all.length - values.length, withoutBaseline: 0 };
}

/** Of a variant against the baseline of the same block. */
export function effectBadness(
  analysis: Analysis,
  { baseline }: Pick<StudySpec, "baseline">,
  { scenario, variant }: Where,
  measured: Measured,
): Badness {
  const bases = new Map(
    trialsOf(analysis, { scenario, variant: baseline }).map((trial) => [trial.block, trial]),
  );
  const values: number[] = [];
  let [leftOut, withoutBaseline] = [0, 0];
  for (const trial of trialsOf(analysis, { scenario, variant })) {
    const other = bases.get(trial.block);
    const own = badnessOf(trial, measured);
    const base = other === undefined ? null : badnessOf(other, measured);
    if (own === Number.POSITIVE_INFINITY) values.push(own);
    else if (base === Number.POSITIVE_INFINITY) withoutBaseline++;
    else if (own === null || base === null) leftOut++;
    // Two times of 0, never disrupted either: as good as each other.
    else values.push(own === base ? 0 : own - base);
  }
  return { values, leftOut, withoutBaseline };
}

function trialsOf({ trials }: Analysis, { scenario, variant }: Where): TrialResult[] {
  return trials.filter((one) => one.scenario === scenario && one.variant === variant && one.arm === "main");
}

/** @returns null where the trial says nothing of the service */
function badnessOf(trial: TrialResult, { metric, smallerIsBetter }: Measured): number | null {
  if (trial.status === "failed") return Number.POSITIVE_INFINITY;
  if (trial.status !== "finished") return null;
  if (!trial.valid) return failedByService(trial) ? Number.POSITIVE_INFINITY : null;
  const value = trial.metrics[metric]?.value ?? null;
  // A quantile among failures, a mean with one: not a number, and worse than any.
  if (value === null) return trial.counts.failed > 0 ? Number.POSITIVE_INFINITY : null;
  if (value <= 0) return smallerIsBetter ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return smallerIsBetter ? Math.log(value) : -Math.log(value);
}

function failedByService({ gates, findings }: TrialResult): boolean {
  const invalid = new Set(findings.filter(({ severity }) => severity === "invalid").map(({ code }) => code));
  return gates.some(({ gate, side, passed }) => side === "service" && !passed && invalid.has(gate));
}
