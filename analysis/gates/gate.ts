import type { ArrivalSpec } from "../../workloads/spec/spec.ts";
import type { Trace } from "../input/trial-samples.ts";
import type { TrialFile } from "../schema/results-folder.ts";
import type { Gate, Side } from "../schema/trial.ts";
import type { Window } from "../trial/window.ts";

/** The inputs of the gates of a finished trial. */
export interface GateContext {
  readonly record: TrialFile;
  readonly generator: NonNullable<TrialFile["generator"]>;
  readonly trace: Trace;
  readonly window: Window;
  readonly arrival: ArrivalSpec;
  /** The baseline's trial on the same schedule; undefined where it is missing or this is the baseline. */
  readonly baseline: Trace | undefined;
  /** Share of answers with the baseline's label, where the service declares it for this variant. */
  readonly leastLabels?: number | undefined;
  /** Of a trial with injections; undefined without. The window's times are then those of its undisturbed part. */
  readonly disruption: Disruption | undefined;
}

/** What a disruption does to what a gate can judge. */
export interface Disruption {
  /** Requests that no class of the recovery accounts holds. */
  readonly unaccounted: number;
  /** Stretches in which it was at work. */
  readonly disturbed: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly sloMs: number;
}

export function isDisturbed(disruption: Disruption | undefined, ms: number): boolean {
  return disruption?.disturbed.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs) ?? false;
}

/** A gate as its rule states it; the side is the rule's. */
export type Judgement = Omit<Gate, "side">;

export interface GateRule {
  /** At fault where it fails. */
  readonly side: Side;
  judge(context: GateContext): readonly Judgement[];
}

/** Measured must be at most the limit; NaN fails. */
export function atMost(gate: string, measured: number, limit: number, unit: string, note = ""): Judgement {
  return { gate, passed: measured <= limit, measured: finite(measured), limit, bound: "most", unit, note };
}

/** Measured must be at least the limit; NaN fails. */
export function atLeast(gate: string, measured: number, limit: number, unit: string, note = ""): Judgement {
  return { gate, passed: measured >= limit, measured: finite(measured), limit, bound: "least", unit, note };
}

/** A gate that passes because its input is missing; the note states which. */
export function notJudged(gate: string, unit: string, note: string): Judgement {
  return { gate, passed: true, measured: null, limit: null, bound: "most", unit, note };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
