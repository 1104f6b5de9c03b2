import type { Measurement } from "../schema/trial.ts";
import type { Window } from "../trial/window.ts";

/** A figure of one trial: a function of its measured window. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly smallerIsBetter: boolean;
  /** True where overload makes the value a function of the trial's length: never averaged over saturated trials. */
  readonly growsWithQueue: boolean;
  measure(window: Window): Measurement;
}

export function measured(value: number, unit: string, n: number): Measurement {
  return { value, unit, n, why: "" };
}

export function notEstimable(unit: string, n: number, why: string): Measurement {
  return { value: null, unit, n, why };
}
