/**
 * The service level, and when it is back. No standard fixes this, so here is what is meant:
 *
 *   level(t)   share of on-time answers among the requests scheduled in [t, t + w)
 *   before     p, that share over up to 10 s of undisturbed schedule before the injection, (on time + 1) / (requests + 2)
 *   broken     a window of m requests with more bad ones than chance takes off p: P(Binomial(m, 1 - p) >= bad) < .0001
 *   sustained  the scheduled instant of the first on-time request, after the level was first broken, from which no window
 *              that lies within the next 5 s is broken
 *
 * w is 1 s, or what holds 20 requests where the rate is lower. Without the allowance for chance a service that was always
 * just as good as before would be called broken most of the time. With 50 requests a second and none late in the 10 s before,
 * four late ones within a second break the level: an outage of 80 ms is seen, one of 60 ms is not. The control is called
 * broken in about 1 of 100 injections (test/analysis/recovery/measures.test.ts).
 */
import type { Trace } from "../trace.ts";
import { classOf } from "./account.ts";

export const windowSeconds = 1;
export const holdSeconds = 5;
export const beforeSeconds = 10;
const fewestRequests = 20;
/** Of the undisturbed stretch before: fewer say too little of the level for its loss to be seen. */
export const fewestBefore = 50;
const alpha = 0.0001;

export interface LevelBefore {
  /** Share on time, as observed. */
  readonly onTime: number;
  readonly requests: number;
}

export interface Course {
  /** Scheduled instant at which the first broken window begins; null where none was. */
  readonly brokenMs: number | null;
  /** Null where the level was broken and not sustained before the end. */
  readonly sustainedMs: number | null;
  /** The level was broken again after it had been sustained. */
  readonly brokenAgain: boolean;
}

export function windowMsAt(ratePerSecond: number): number {
  return Math.max(windowSeconds, fewestRequests / ratePerSecond) * 1000;
}

/** @returns undefined where no request is scheduled in [fromMs, toMs) */
export function levelBefore(
  trace: Trace,
  fromMs: number,
  toMs: number,
  sloMs: number,
): LevelBefore | undefined {
  let requests = 0;
  let onTime = 0;
  for (let row = 0; row < trace.length && trace.scheduledMs[row]! < toMs; row++) {
    if (trace.scheduledMs[row]! < fromMs) continue;
    requests++;
    if (classOf(trace, row, sloMs) === "ok") onTime++;
  }
  return requests === 0 ? undefined : { onTime: onTime / requests, requests };
}

/** @param rows [first, end) in order of the schedule; windows lie within them */
export function courseOf(
  trace: Trace,
  rows: { readonly firstRow: number; readonly endRow: number; readonly endMs: number },
  before: LevelBefore,
  { sloMs, windowMs }: { readonly sloMs: number; readonly windowMs: number },
): Course {
  const { firstRow, endRow, endMs } = rows;
  const bad = Array.from({ length: endRow - firstRow }, (_, index) =>
    classOf(trace, firstRow + index, sloMs) === "ok" ? 0 : 1,
  );
  const at = (index: number) => trace.scheduledMs[firstRow + index]!;
  const most = mostBad((before.onTime * before.requests + 1) / (before.requests + 2));
  const broken: boolean[] = [];
  let end = 0;
  let badInside = 0;
  for (let start = 0; start < bad.length && at(start) + windowMs <= endMs; start++) {
    for (; end < bad.length && at(end) < at(start) + windowMs; end++) badInside += bad[end]!;
    broken.push(badInside > most(end - start));
    badInside -= bad[start]!;
  }
  const first = broken.indexOf(true);
  if (first < 0) return { brokenMs: null, sustainedMs: null, brokenAgain: false };
  const brokenMs = at(first);
  const holdMs = Math.max(holdSeconds * 1000, windowMs);
  let nextBroken = first;
  for (let index = first; index < broken.length && at(index) + holdMs <= endMs; index++) {
    while (nextBroken < index || (nextBroken < broken.length && !broken[nextBroken]!)) nextBroken++;
    const holds = nextBroken >= broken.length || at(nextBroken) > at(index) + holdMs - windowMs;
    if (holds && bad[index] === 0) {
      return { brokenMs, sustainedMs: at(index), brokenAgain: nextBroken < broken.length };
    }
  }
  return { brokenMs, sustainedMs: null, brokenAgain: false };
}

/** The most bad requests among m that chance explains: the smallest k with P(Binomial(m, 1 - p) > k) < alpha. */
export function mostBad(p: number): (m: number) => number {
  const known = new Map<number, number>();
  return (m) => {
    let most = known.get(m);
    if (most === undefined) {
      most = binomialLimit(m, 1 - p);
      known.set(m, most);
    }
    return most;
  };
}

function binomialLimit(m: number, q: number): number {
  let k = 0;
  // On logarithms: the mass at 0 of many requests is below the smallest number.
  let logMass = m * Math.log1p(-q);
  let below = Math.exp(logMass);
  while (k < m && 1 - below >= alpha) {
    logMass += Math.log(((m - k) / (k + 1)) * (q / (1 - q)));
    k++;
    below += Math.exp(logMass);
  }
  return k;
}
