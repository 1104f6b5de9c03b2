import type { Account } from "../injection/account.ts";
import type { Course } from "../injection/service-level.ts";

/** One injection with its samples, the input of every measure. Instants are ms from the trial's start. */
export interface ObservedInjection {
  readonly startedMs: number;
  readonly endMs: number;
  readonly account: Account;
  readonly course: Course;
  /** Share of requests on time before it. */
  readonly onTimeBefore: number;
  /** When the first bad request was known to be one; null for none. */
  readonly detectedMs: number | null;
  /** First right answer after that; null for none until the end. */
  readonly firstSuccessMs: number | null;
  /** Without any right answer, up to the first success; null where there was none. */
  readonly downtimeMs: number | null;
  /** Offered load per server before it, rho; null where no request found the service idle. */
  readonly utilisation: number | null;
  /** In flight were again no more than on average before; null where that was not seen. */
  readonly drainedMs: number | null;
  /** Right answers whose label differs from the one the same text got in the rest of the trial, and wrong bodies. */
  readonly wrongAnswers: number;
  /** Largest sent - scheduled, ms: what the generator itself suffered. */
  readonly latenessMs: number;
  /** Requests that were never sent. */
  readonly unsent: number;
}

export interface Observation {
  /** Null where there is nothing to observe; `why` then says so. */
  readonly value: number | null;
  /** The event had not come when the observation ended: the value is a lower bound. */
  readonly censored: boolean;
  readonly why: string;
}

/** A figure of one injection. */
export interface RecoveryMeasure {
  readonly name: string;
  readonly unit: "ms" | "requests";
  /** In a table's head and in sentences. */
  readonly words: string;
  /**
   * How a trial's value for the comparison of arms is made of its injections: `restricted` is the mean of min(value, the
   * shortest window of the trials compared), so that one that never came back counts; null where arms are not compared.
   */
  readonly compared: "restricted" | "mean" | null;
  measure(injection: ObservedInjection): Observation;
}

export function observed(value: number): Observation {
  return { value, censored: false, why: "" };
}

/** @param value time until the observation ended */
export function notUntil(value: number): Observation {
  return { value, censored: true, why: "" };
}

export function nothing(why: string): Observation {
  return { value: null, censored: false, why };
}
