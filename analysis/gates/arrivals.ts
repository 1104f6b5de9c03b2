/**
 * Checks that the schedule follows its arrival law. The check uses the scheduled instants; the lateness gate holds the
 * sends to them. (A gap of 50 us is common at cv 4 and no sender reproduces it, so a test on the sends would test the
 * timer of the sender.)
 *
 * Each gap g is mapped through the law: u = F(g) is uniform, z = Phi^-1(u) normal, e = -ln(1 - u) exponential, all
 * independent where the schedule is right. The tests are then exact or nearly so for every law, and each has alpha .001.
 * The first gap is the residual life of an earlier one (see workloads/arrivals) and is left out.
 */

import { canonical, sha256 } from "../../files/canonical-json.ts";
import type { Renewal } from "../../workloads/arrivals/arrival.ts";
import { arrivalOf } from "../../workloads/arrivals/index.ts";
import { renewals } from "../../workloads/arrivals/renewals.ts";
import { randomStream } from "../../workloads/random/random.ts";
import { audit } from "../../workloads/schedule/audit.ts";
import {
  chiSquareAbove,
  chiSquareTails,
  kolmogorovTail,
  normalQuantile,
} from "../statistics/distributions.ts";
import { atLeast, atMost, type GateContext, type GateRule, type Judgement, notJudged } from "./gate.ts";

/** By the digest of the instants and their law: the trials of a block and scenario share a schedule, and its verdict. */
const judged = new Map<string, readonly Judgement[]>();
const alpha = 0.001;
const fewestGaps = 8;
const mostLags = 5;
/** Expected arrivals per counting window, the three scales of the index of dispersion. */
const scales = [2, 8, 32] as const;

/**
 * Realised number of requests within 4 sigma: sigma^2 = cv^2 n, the renewal process's asymptotic variance. Where users
 * saturate the service, its number is the service's: there must be more to ask than it has answered.
 */
export const realisedRate: GateRule = {
  side: "schedule",
  judge({ arrival, record, trace }) {
    if (arrivalOf(arrival).saturates) return [leftToAsk(record, trace.length)];
    const cv = renewal(arrival)?.cv(arrival);
    if (cv === undefined)
      return [notJudged("rate", "sigma", `the gaps of ${arrival.kind} arrivals follow no single law`)];
    const expected = record.ratePerSecond * record.durationSeconds;
    const sigma = Math.max(0.25, cv * Math.sqrt(expected));
    const note = `${trace.length} requests, ${expected.toFixed(1)} expected`;
    return [atMost("rate", Math.abs(trace.length - expected) / sigma, 4, "sigma", note)];
  },
};

function leftToAsk({ ratePerSecond, durationSeconds }: GateContext["record"], asked: number): Judgement {
  const most = Math.floor(ratePerSecond * durationSeconds);
  const note = `${asked} asked of at most ${most}${asked < most ? "" : ": the scenario's rate is too low"}`;
  return atLeast("rate", most - asked, 1, "requests left to ask", note);
}

export const arrivalLaw: GateRule = {
  side: "schedule",
  judge(context) {
    const { arrival, trace } = context;
    const { ratePerSecond, durationSeconds } = context.record;
    const { buffer, byteOffset, byteLength } = trace.scheduledMs;
    const instants = sha256(new Uint8Array(buffer, byteOffset, byteLength));
    const key = sha256(canonical({ arrival, ratePerSecond, durationSeconds }) + instants);
    const found = judged.get(key);
    if (found !== undefined) return found;
    const gates = judgeLaw(context);
    judged.set(key, gates);
    return gates;
  },
};

function judgeLaw(context: GateContext): readonly Judgement[] {
  const { arrival, record, trace } = context;
  const gaps = Array.from(
    trace.scheduledMs.subarray(1),
    (at, index) => (at - trace.scheduledMs[index]!) / 1000,
  );
  const names = ["gap-law", "gap-variation", "gap-correlation", ...scales.map((n) => `dispersion-${n}`)];
  if (gaps.length < fewestGaps) {
    return names.map((name) => notJudged(name, "p", `${gaps.length} gaps are too few`));
  }
  if (arrival.kind === "constant") return [evenGaps(gaps, record.ratePerSecond)];
  const law = renewal(arrival);
  if (law === undefined) return [audited(context)];
  // The catalog's law has mean 1.
  const cdf = (seconds: number) => (seconds <= 0 ? 0 : law.cdf(arrival, seconds * record.ratePerSecond));
  // At cv 4 a fifth of all gaps is under a nanosecond and rounded away: u is drawn evenly from what rounds to the gap.
  const random = randomStream(trace.length, "rounded gaps");
  const u = gaps.map((gap) => {
    const low = cdf(gap - 0.5e-9);
    return Math.min(1 - 1e-12, Math.max(1e-12, low + random.uniform() * (cdf(gap + 0.5e-9) - low)));
  });
  const z = u.map(normalQuantile);
  const e = u.map((value) => -Math.log1p(-value));
  return [ksGate(u), variationGate(z, gaps), correlationGate(z), ...scales.map((n) => dispersionGate(e, n))];
}

/**
 * Other laws (modulated, profile, trace) are held to the generator's self-audit, a Monte Carlo test: 199 schedules drawn
 * from the law, one false alarm in 200 for all its statistics together.
 */
function audited({ arrival, record, trace }: GateContext): Judgement {
  if (arrivalOf(arrival).closed) {
    return notJudged("arrival-law", "p", "in a closed loop the service decides when requests are sent");
  }
  const { ratePerSecond, durationSeconds } = record;
  const size = { offsetsMs: trace.scheduledMs, arrival, ratePerSecond, durationSeconds };
  const { p, alpha: least, sentence, passed } = audit({ ...size, alpha: 0.005, draws: 199 });
  return {
    gate: "arrival-law",
    passed,
    measured: p,
    limit: least,
    bound: "least",
    unit: "p",
    note: sentence,
  };
}

function evenGaps(gaps: readonly number[], ratePerSecond: number): Judgement {
  const worst = Math.max(...gaps.map((gap) => Math.abs(gap - 1 / ratePerSecond)));
  return atMost("gap-law", worst * 1000, 0.001, "ms from an even gap");
}

function ksGate(u: readonly number[]): Judgement {
  const n = u.length;
  const distance = Float64Array.from(u)
    .sort()
    .reduce((most, value, i) => Math.max(most, (i + 1) / n - value, value - i / n), 0);
  return atLeast(
    "gap-law",
    kolmogorovTail(distance, n),
    alpha,
    "p",
    `KS distance ${distance.toFixed(4)}, n ${n}`,
  );
}

/** Sum of z^2 is chi-square with n degrees of freedom: gaps too even or too varied for the law. */
function variationGate(z: readonly number[], gaps: readonly number[]): Judgement {
  const p = chiSquareTails(
    z.reduce((sum, value) => sum + value ** 2, 0),
    z.length,
  );
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const cv = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (gaps.length - 1)) / mean;
  return atLeast("gap-variation", p, alpha, "p", `realised cv ${cv.toFixed(2)}, n ${z.length}`);
}

/** Ljung & Box (1978) over lags 1 .. k of z, known mean 0: n (n + 2) sum r_k^2 / (n - k) is chi-square with k. */
function correlationGate(z: readonly number[]): Judgement {
  const n = z.length;
  const lags = Math.min(mostLags, Math.floor(n / 4));
  const power = z.reduce((sum, value) => sum + value ** 2, 0);
  const r = Array.from({ length: lags }, (_, index) => {
    const lag = index + 1;
    let sum = 0;
    for (let i = lag; i < n; i++) sum += z[i]! * z[i - lag]!;
    return sum / power;
  });
  const q = n * (n + 2) * r.reduce((sum, value, index) => sum + value ** 2 / (n - index - 1), 0);
  const note = `lag 1 ${r[0]!.toFixed(3)}, lags 1 to ${lags}, n ${n}`;
  return atLeast("gap-correlation", chiSquareAbove(q, lags), alpha, "p", note);
}

/**
 * Index of dispersion of counts at one scale. With gaps e the arrivals are a unit Poisson process in the law's own time
 * (time rescaling, Brown et al. 2002); counts in k windows of equal length give (k - 1) IDC, chi-square with k - 1.
 */
function dispersionGate(e: readonly number[], perWindow: number): Judgement {
  const name = `dispersion-${perWindow}`;
  const ends: number[] = [];
  let at = 0;
  for (const gap of e) {
    at += gap;
    ends.push(at);
  }
  const windows = Math.floor(at / perWindow);
  if (windows < 4) return notJudged(name, "p", `${e.length} gaps are too few for windows of ${perWindow}`);
  const counts = new Array<number>(windows).fill(0);
  for (const end of ends) if (end < windows * perWindow) counts[Math.floor(end / perWindow)]!++;
  const mean = counts.reduce((sum, count) => sum + count, 0) / windows;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  const idc = squares / (windows - 1) / mean;
  return atLeast(
    name,
    chiSquareTails(squares / mean, windows - 1),
    alpha,
    "p",
    `index ${idc.toFixed(2)}, ${windows} windows`,
  );
}

/** Undefined where the arrivals are not a renewal process: their gaps have no one law. */
function renewal(arrival: GateContext["arrival"]): Renewal | undefined {
  return arrival.kind in renewals
    ? (renewals[arrival.kind as keyof typeof renewals] as unknown as Renewal)
    : undefined;
}
