/**
 * The service level, and when it is restored. No standard defines this, so the definitions are here:
 *
 *   bad        not on time: failed, lost, or answered after the SLO
 *   before     up to 10 s of undisturbed schedule before the injection
 *   broken     short and deep: a window w with more requests that failed, or were answered later than the SLO and far later
 *              than anything before, than chance explains; or long: 5 s with more bad ones than the level before explains
 *   sustained  the scheduled instant of the first on-time request, after the level was first broken, from which no window
 *              that lies within the next 5 s is broken
 *
 * w is 1 s, or what holds 20 requests where the rate is lower. Lateness made by a queue comes in clusters, so a count of late
 * requests taken as independent calls half of all controls broken. Failures are told from lateness, and lateness is judged by
 * what the queue did before:
 *
 *   far later  r > f max over the windows before of the k-th largest response time, k the fewest failures that break a window
 *              f = (1.5 + 2.5 phi) (ln(n after) / ln(n before))^2,  phi = tau / (1 + tau)
 *              tau the sum of the autocorrelation of the ranks of response times up to its first value below .05
 *   short      P(Binomial(m, q) > k) < .0001, q = (failed or so late + 1) / (requests + 2) of the stretch before; and beyond
 *              half as many again, and three, as failed in any window of it
 *   long       P(BetaBinomial(m, q, theta) > k) < .0001, q = (bad + 1) / (requests + 2), theta = (F - 1) / (m - 1) the
 *              correlation within a window whose variance is F times the binomial: F of m requests of a first-order series
 *              whose distance from 1 is .15 of phi's, since phi of few requests is too small
 *
 * A maximum of a queue grows with the logarithm of its length, and the more it is correlated the less its past tells; the
 * constants of f are such that at loads of .3 to .8, constant to twofold variation, at most 2 of 100 controls of 25 s are
 * called broken (`npm run bench:coverage -- --only control-broken`). With 50 requests a second and none failed before, four
 * failures within a second break the level: an outage of 200 ms is seen in 98 of 100 (`outage-seen`). A standstill whose
 * requests are answered in the end is seen where it is longer than what the queue does by itself.
 */

import type { Trace } from "../../input/trial-samples.ts";
import { countUntil } from "../../trial/in-flight.ts";
import { classOf, type RequestClass } from "./account.ts";

export const windowSeconds = 1;
export const holdSeconds = 5;
export const beforeSeconds = 10;
const fewestRequests = 20;
/** Of the undisturbed stretch before: fewer say too little of the level for its loss to be seen. */
export const fewestBefore = 50;
const alpha = 0.0001;
/** Windows of the stretch before begin at every such share of a window. */
const step = 0.25;
const farBase = 1.5;
const farByCorrelation = 2.5;
/** Of the distance from 1: see above. */
const correlationShare = 0.15;
const mostLags = 1000;

export interface LevelBefore {
  /** Share on time, as observed. */
  readonly onTime: number;
  readonly requests: number;
  readonly failed: number;
  /** Most failures in a window. */
  readonly failedInWindow: number;
  /** The largest over windows of the k-th largest response time, ms; 0 where no window has so many. */
  readonly slowestMs: number;
  /** Of those that did not fail, ascending. */
  readonly responseMs: Float64Array;
  /** phi */
  readonly correlation: number;
}

/** Of a stretch without a request. */
export const nothingBefore: LevelBefore = {
  onTime: 1,
  requests: 0,
  failed: 0,
  failedInWindow: 0,
  slowestMs: 0,
  responseMs: new Float64Array(0),
  correlation: 0,
};

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
  const seen: Seen[] = [];
  for (let row = 0; row < trace.length && trace.scheduledMs[row]! < toMs; row++) {
    if (trace.scheduledMs[row]! >= fromMs) seen.push(seenAt(trace, row, sloMs));
  }
  if (seen.length === 0) return undefined;
  const requests = seen.length;
  const failed = seen.filter(({ isFailed }) => isFailed).length;
  const windows = windowsOf(seen, windowMsAt((requests * 1000) / (toMs - fromMs)));
  const failedInWindow = Math.max(
    0,
    ...windows.map((window) => window.filter(({ isFailed }) => isFailed).length),
  );
  const most = mostFailed({ requests, failed, failedInWindow });
  const answered = seen.flatMap((request) => (request.isFailed ? [] : [request.responseMs]));
  return {
    onTime: seen.filter(({ isBad }) => !isBad).length / requests,
    requests,
    failed,
    failedInWindow,
    slowestMs: Math.max(0, ...windows.map((window) => kthSlowest(window, most(window.length) + 1))),
    responseMs: Float64Array.from(answered).sort(),
    correlation: correlationOf(answered),
  };
}

/** @param rows [first, end) in order of the schedule; windows lie within them */
export function courseOf(
  trace: Trace,
  rows: { readonly firstRow: number; readonly endRow: number; readonly endMs: number },
  before: LevelBefore,
  { sloMs, windowMs }: { readonly sloMs: number; readonly windowMs: number },
): Course {
  const { firstRow, endRow, endMs } = rows;
  const seen = Array.from({ length: endRow - firstRow }, (_, index) =>
    seenAt(trace, firstRow + index, sloMs),
  );
  const holdMs = Math.max(holdSeconds * 1000, windowMs);
  const farMs = Math.max(sloMs, farFactor(before, seen.length) * before.slowestMs);
  const farBefore = before.responseMs.length - countUntil(before.responseMs, farMs);
  const short = brokenWindows(
    seen,
    { lengthMs: windowMs, endMs },
    mostFailed({ ...before, failed: before.failed + farBefore }),
    ({ isFailed, responseMs }) => isFailed || responseMs > farMs,
  );
  const long = brokenWindows(seen, { lengthMs: holdMs, endMs }, mostBad(before), ({ isBad }) => isBad);
  // A window that is broken counts from its beginning; the last ones of the stretch have no long one.
  const broken = short.map((isBroken, index) => isBroken || long[index] === true);
  const first = broken.indexOf(true);
  if (first < 0) return { brokenMs: null, sustainedMs: null, brokenAgain: false };
  const at = (index: number) => seen[index]!.scheduledMs;
  const brokenMs = at(first);
  let nextBroken = first;
  for (let index = first; index < broken.length && at(index) + holdMs <= endMs; index++) {
    while (nextBroken < index || (nextBroken < broken.length && !broken[nextBroken]!)) nextBroken++;
    const holds = nextBroken >= broken.length || at(nextBroken) > at(index) + holdMs - windowMs;
    if (holds && !seen[index]!.isBad) {
      return { brokenMs, sustainedMs: at(index), brokenAgain: nextBroken < broken.length };
    }
  }
  return { brokenMs, sustainedMs: null, brokenAgain: false };
}

/** Of each request whose window ends by `endMs`: whether more than chance explains are counted in the window from it on. */
function brokenWindows(
  seen: readonly Seen[],
  { lengthMs, endMs }: { readonly lengthMs: number; readonly endMs: number },
  most: (m: number) => number,
  counts: (request: Seen) => boolean,
): boolean[] {
  const counted = seen.map((request) => (counts(request) ? 1 : 0));
  const at = (index: number) => seen[index]!.scheduledMs;
  const broken: boolean[] = [];
  let end = 0;
  let inside = 0;
  for (let start = 0; start < seen.length && at(start) + lengthMs <= endMs; start++) {
    for (; end < seen.length && at(end) < at(start) + lengthMs; end++) inside += counted[end]!;
    broken.push(inside > most(end - start));
    inside -= counted[start]!;
  }
  return broken;
}

interface Seen {
  readonly scheduledMs: number;
  readonly responseMs: number;
  /** No right answer at all. */
  readonly isFailed: boolean;
  /** Failed or late. */
  readonly isBad: boolean;
}

const failures: readonly RequestClass[] = ["failed", "lost"];

function seenAt(trace: Trace, row: number, sloMs: number): Seen {
  const kind = classOf(trace, row, sloMs);
  const scheduledMs = trace.scheduledMs[row]!;
  return {
    scheduledMs,
    responseMs: trace.completedMs[row]! - scheduledMs,
    isFailed: failures.includes(kind),
    isBad: kind !== "ok",
  };
}

/** The most failures of m requests that the level before explains. */
function mostFailed({
  requests,
  failed,
  failedInWindow,
}: Pick<LevelBefore, "requests" | "failed" | "failedInWindow">): (m: number) => number {
  const chance = remembered((m) => binomialLimit(m, (failed + 1) / (requests + 2)));
  // Failures that came together before may do so again.
  const together = failedInWindow === 0 ? 0 : Math.ceil(1.5 * failedInWindow) + 3;
  return (m) => Math.max(chance(m), together);
}

/** The most bad requests of m that the level before explains, where lateness comes in clusters. */
function mostBad({ onTime, requests, correlation }: LevelBefore): (m: number) => number {
  const bad = (Math.round((1 - onTime) * requests) + 1) / (requests + 2);
  const phi = 1 - (1 - correlation) * correlationShare;
  return remembered((m) => betaBinomialLimit(m, bad, m < 2 ? 0 : (inflation(m, phi) - 1) / (m - 1)));
}

function farFactor({ correlation, requests }: LevelBefore, after: number): number {
  const length = Math.max(1, Math.log(Math.max(2, after)) / Math.log(Math.max(2, requests)));
  return (farBase + farByCorrelation * correlation) * length ** 2;
}

/** Variance of the sum of m values of a first-order series over that of independent ones: 1 + 2 sum (1 - l/m) phi^l. */
function inflation(m: number, phi: number): number {
  return 1 + (2 * phi) / (1 - phi) - (2 * phi * (1 - phi ** m)) / (m * (1 - phi) ** 2);
}

function windowsOf(seen: readonly Seen[], lengthMs: number): Seen[][] {
  const windows: Seen[][] = [];
  const lastMs = seen.at(-1)!.scheduledMs;
  for (let fromMs = seen[0]!.scheduledMs; fromMs <= lastMs; fromMs += step * lengthMs) {
    windows.push(seen.slice(firstFrom(seen, fromMs), firstFrom(seen, fromMs + lengthMs)));
  }
  return windows;
}

function firstFrom(seen: readonly Seen[], ms: number): number {
  let low = 0;
  let high = seen.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (seen[middle]!.scheduledMs < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Response time; 0 where fewer were answered. */
function kthSlowest(window: readonly Seen[], k: number): number {
  const times = Float64Array.from(
    window.filter(({ isFailed }) => !isFailed),
    ({ responseMs }) => responseMs,
  ).sort();
  return times[times.length - k] ?? 0;
}

/** phi of the ranks, so that no single time decides. */
function correlationOf(times: readonly number[]): number {
  const n = times.length;
  const order = Array.from({ length: n }, (_, index) => index).sort((a, b) => times[a]! - times[b]!);
  const rank = new Float64Array(n);
  order.forEach((index, place) => {
    rank[index] = place - (n - 1) / 2;
  });
  const variance = rank.reduce((sum, value) => sum + value * value, 0) / n;
  let tau = 0;
  for (let lag = 1; lag < Math.min(mostLags, n / 4); lag++) {
    let sum = 0;
    for (let index = lag; index < n; index++) sum += rank[index]! * rank[index - lag]!;
    const at = sum / (n - lag) / variance;
    if (at < 0.05) break;
    tau += at;
  }
  return tau / (1 + tau);
}

function remembered(limit: (m: number) => number): (m: number) => number {
  const known = new Map<number, number>();
  return (m) => {
    const most = known.get(m) ?? limit(m);
    known.set(m, most);
    return most;
  };
}

/** The smallest k with P(Binomial(m, q) > k) < alpha. */
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

/** The same of a beta-binomial with mean m q and correlation theta: masses from m downwards, since the tail is what counts. */
function betaBinomialLimit(m: number, q: number, theta: number): number {
  if (theta < 1e-6) return binomialLimit(m, q);
  const a = (q * (1 - theta)) / theta;
  const b = ((1 - q) * (1 - theta)) / theta;
  // P(m) = B(m + a, b) / B(a, b) = product of (a + i) / (a + b + i)
  let logMass = 0;
  for (let i = 0; i < m; i++) logMass += Math.log((a + i) / (a + b + i));
  let above = 0;
  for (let k = m; k > 0; k--) {
    above += Math.exp(logMass);
    if (above >= alpha) return k;
    // P(k - 1) / P(k)
    logMass += Math.log((k * (b + m - k)) / ((m - k + 1) * (a + k - 1)));
  }
  return 0;
}
