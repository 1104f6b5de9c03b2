/** A metric of a trial, with bounds on the effect of the generator's lateness on it. */
import type { Metric } from "../metrics/index.ts";
import type { Measurement, TrialResult } from "../schema/trial.ts";
import { quantileMargin, type Sorted, selectedQuantile, sorted } from "../statistics/quantile.ts";
import type { Window } from "../trial/window.ts";

/** @param closed in a closed loop each user asks later by as much as the last request was sent late */
export function measuredOnTime(metric: Metric, window: Window, closed: boolean): Measurement {
  const measurement = metric.measure(window);
  const { value } = measurement;
  if (value === null) return measurement;
  const { leastMs, mostMs } = window.onTime;
  const bounds = [leastMs, mostMs].map((of) => metric.measure(answeredIn(window, of)).value ?? value);
  if (closed && metric.name === "throughput") bounds.push(value * cycleGain(window));
  const [low, high] = [Math.min(value, ...bounds), Math.max(value, ...bounds)];
  return low === high ? measurement : { ...measurement, onTime: { low, high } };
}

/** @param primary that the study is decided by */
export function sendsOf(primary: Metric, window: Window): NonNullable<TrialResult["sends"]> {
  const n = window.latenessMs.length;
  const p = Math.min(0.99, Math.max(0.5, 1 - quantileMargin / n));
  const lateMs = selectedQuantile(Float64Array.from(window.latenessMs), p);
  return {
    fromSent: primary.measure(answeredIn(window, sorted(Float64Array.from(window.serviceMs)))).value,
    touched: window.onTime.touched,
    lateMs: Number.isFinite(lateMs) ? lateMs : null,
    lateAt: `p${Math.floor(100 * p)}`,
  };
}

/** The same requests with other response times. */
function answeredIn(window: Window, responseMs: Sorted): Window {
  const inTime = responseMs.filter((ms) => ms <= window.sloMs).length;
  return { ...window, responseMs, late: window.ok - inTime };
}

/** Answers per second that users would have had more of: mean cycle over mean cycle less what they were late. */
function cycleGain({ responseMs, latenessMs }: Window): number {
  const finite = responseMs.filter(Number.isFinite);
  const cycles = finite.reduce((sum, ms) => sum + ms, 0);
  const late = latenessMs.filter(Number.isFinite).reduce((sum, ms) => sum + ms, 0);
  return finite.length === 0 || late >= cycles ? 1 : cycles / (cycles - late);
}
