/** The instants and counts of one injection's window from which the measures are computed. */
import { outcomes } from "../../workloads/samples/sample.ts";
import { okOutcome, type Trace } from "../input/trial-samples.ts";
import { countUntil, type Flight, meanInFlight } from "../trial/in-flight.ts";
import { accountOf, classOf } from "./injection/account.ts";
import type { InjectionWindow } from "./injection/injection-window.ts";
import { type Course, courseOf, type LevelBefore, windowMsAt } from "./injection/service-level.ts";
import type { ObservedInjection } from "./measures/measure.ts";

export interface Surroundings {
  readonly trace: Trace;
  readonly flight: Flight;
  readonly sloMs: number;
  readonly ratePerSecond: number;
  /** The undisturbed stretch before the injection. */
  readonly quietFromMs: number;
  readonly quietToMs: number;
  readonly before: LevelBefore;
  readonly utilisation: number | null;
  /** Index of the label that each text usually gets, by payload. */
  readonly usualLabel: ReadonlyMap<number, number>;
}

export function observeInjection(window: InjectionWindow, around: Surroundings): ObservedInjection {
  const { startedMs, endMs } = window;
  const { trace, flight, sloMs, ratePerSecond, before } = around;
  const windowMs = windowMsAt(ratePerSecond);
  const course = courseOf(trace, window, before, { sloMs, windowMs });
  const detectedMs = detected(trace, window, course, sloMs);
  const firstSuccessMs = detectedMs === null ? null : firstSuccess(trace, window, detectedMs);
  const usual = Math.max(1, meanInFlight(flight, around.quietFromMs, around.quietToMs));
  return {
    startedMs,
    endMs,
    account: accountOf(trace, window, sloMs),
    course,
    onTimeBefore: before.onTime,
    detectedMs,
    firstSuccessMs,
    downtimeMs:
      firstSuccessMs === null ? null : firstSuccessMs - lastSuccess(trace, window, detectedMs!, startedMs),
    utilisation: around.utilisation,
    drainedMs: firstSuccessMs === null ? null : drained(flight, firstSuccessMs, usual, endMs),
    ...answersAndSends(trace, window, around.usualLabel),
  };
}

/** A failure is known when it happens; a request that is not answered in time is known to be late at its SLO. */
function detected(trace: Trace, window: InjectionWindow, { brokenMs }: Course, sloMs: number): number | null {
  let first = Number.POSITIVE_INFINITY;
  for (let row = window.firstRow; row < window.endRow; row++) {
    const scheduled = trace.scheduledMs[row]!;
    const become = classOf(trace, row, sloMs);
    if (become === "ok") continue;
    if (become === "late" && (brokenMs === null || scheduled < brokenMs)) continue;
    const known = Math.min(scheduled + sloMs, trace.completedMs[row]!);
    if (known >= window.startedMs) first = Math.min(first, known);
  }
  return first === Number.POSITIVE_INFINITY ? null : first;
}

function firstSuccess(trace: Trace, { firstRow, endRow, endMs }: InjectionWindow, afterMs: number) {
  let first = Number.POSITIVE_INFINITY;
  for (let row = firstRow; row < endRow; row++) {
    const completed = trace.completedMs[row]!;
    if (trace.outcome[row] === okOutcome && completed > afterMs) first = Math.min(first, completed);
  }
  return first < endMs ? first : null;
}

/** At or before `toMs`; the injection's own instant where there was none since. */
function lastSuccess(trace: Trace, { firstRow, endRow }: InjectionWindow, toMs: number, fromMs: number) {
  let last = fromMs;
  for (let row = firstRow; row < endRow && trace.scheduledMs[row]! <= toMs; row++) {
    const completed = trace.completedMs[row]!;
    if (trace.outcome[row] === okOutcome && completed <= toMs) last = Math.max(last, completed);
  }
  return last;
}

/** The first instant from `fromMs` on with at most `usual` requests in flight. */
function drained(
  { arrivals, departures }: Flight,
  fromMs: number,
  usual: number,
  endMs: number,
): number | null {
  let departed = countUntil(departures, fromMs);
  let arrived = countUntil(arrivals, fromMs);
  if (arrived - departed <= usual) return fromMs;
  for (; departed < departures.length; departed++) {
    const at = departures[departed]!;
    if (at >= endMs) return null;
    while (arrived < arrivals.length && arrivals[arrived]! <= at) arrived++;
    if (arrived - departed - 1 <= usual) return at;
  }
  return null;
}

function answersAndSends(
  trace: Trace,
  { firstRow, endRow }: InjectionWindow,
  usualLabel: ReadonlyMap<number, number>,
) {
  let wrongAnswers = 0;
  let unsent = 0;
  let latenessMs = Number.NEGATIVE_INFINITY;
  for (let row = firstRow; row < endRow; row++) {
    const outcome = outcomes[trace.outcome[row]!]!;
    const isOther =
      outcome === "ok" &&
      trace.label.codes[row] !== (usualLabel.get(trace.payload[row]!) ?? trace.label.codes[row]);
    if (outcome === "wrong-answer" || isOther) wrongAnswers++;
    const sent = trace.sentMs[row]!;
    if (Number.isNaN(sent)) unsent++;
    else latenessMs = Math.max(latenessMs, sent - trace.scheduledMs[row]!);
  }
  return { wrongAnswers, unsent, latenessMs };
}

/** The label that each text got most often over the trial; the first of equals. */
export function usualLabels(trace: Trace): Map<number, number> {
  const counts = new Map<number, Map<number, number>>();
  for (let row = 0; row < trace.length; row++) {
    if (trace.outcome[row] !== okOutcome) continue;
    const of = counts.get(trace.payload[row]!) ?? new Map<number, number>();
    counts.set(trace.payload[row]!, of);
    const label = trace.label.codes[row]!;
    of.set(label, (of.get(label) ?? 0) + 1);
  }
  return new Map(
    [...counts].map(([payload, of]) => [payload, [...of].reduce((a, b) => (b[1] > a[1] ? b : a))[0]]),
  );
}
