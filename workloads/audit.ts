/**
 * The self-audit: do these instants follow the law that was asked for? Works for the offered schedule, the realised
 * sends, and for any other generator's. Not a look at a histogram: three of the four ways in which generators break an
 * arrival process leave every worker's histogram right.
 *
 * A Monte Carlo test (Barnard 1963; Besag & Clifford 1989). Some statistics of the instants are computed, then the same
 * statistics of N schedules drawn afresh from the law; each is standardised over all N + 1, and the verdict rests on
 *
 *   T = max over statistics |z|       p = (1 + number of drawn schedules with T >= observed T) / (N + 1)
 *
 * Under the law the N + 1 schedules are exchangeable, so p <= alpha has probability alpha at most, whatever the law, the
 * length, or the dependence between the statistics. No asymptotics, and one false alarm rate for all of them together.
 */
import { type ArrivalSpec, arrivalOf } from "./arrivals/index.ts";
import { type RenewalSpec, renewalOf, renewals } from "./arrivals/renewals.ts";
import { randomStream } from "./random.ts";
import { drawOffsetsMs } from "./schedule.ts";

export interface AuditRequest {
  /** Ascending, ms from the start. */
  readonly offsetsMs: Float64Array;
  readonly arrival: ArrivalSpec;
  readonly ratePerSecond: number;
  readonly durationSeconds: number;
  /** False alarm rate. */
  readonly alpha?: number;
  /** Schedules drawn; at least 1 / alpha - 1, or nothing can fail. */
  readonly draws?: number;
  /** Of the drawn schedules. */
  readonly seed?: number;
  /** Instants, observed and drawn, are compared in steps of this; finer structure is not judged. */
  readonly resolutionMs?: number;
}

/**
 * For realised sends: a quarter of the mean gap, 1 ms at most. The law of a bursty process reaches down to gaps that no
 * sender has (half of those of a gamma with cv 4 are below a ten-thousandth of the mean), and sends take time.
 */
export function sendResolutionMs(ratePerSecond: number): number {
  return Math.min(1, 250 / ratePerSecond);
}

export interface Audit {
  readonly passed: boolean;
  /** Of the whole, see above. */
  readonly p: number;
  readonly alpha: number;
  readonly requests: number;
  readonly statistics: readonly AuditStatistic[];
  /** Which statistic is furthest out, and how it reads. */
  readonly sentence: string;
}

export interface AuditStatistic {
  readonly name: string;
  readonly observed: number;
  /** Mean under the law, and the range of its middle 95 %, from the drawn schedules. */
  readonly expected: number;
  readonly low: number;
  readonly high: number;
  readonly z: number;
}

export const auditLags = 20;
/** Mean arrivals per window at which counts are compared. */
export const auditScales = [2, 10, 50, 250] as const;
const fewestWindows = 8;
const leastMiss = 1e-7;
/** F is asked at so many of the ordered gaps: a distance between two of them is at most 1/512 more. */
const mostCdfPoints = 512;

/** Below this in the statistic's own unit a deviation does not matter: instants are real, clocks have steps. */
const tolerance = 0.02;
/** A verdict also needs a deviation of this many standard deviations: laws without randomness have no spread. */
const leastZ = 3;

export function audit(request: AuditRequest): Audit {
  const {
    arrival,
    ratePerSecond,
    durationSeconds,
    alpha = 0.01,
    draws = 99,
    seed = 0,
    resolutionMs,
  } = request;
  const size = { ratePerSecond, durationSeconds };
  const stepped = (offsets: Float64Array) =>
    resolutionMs === undefined ? offsets : offsets.map((at) => Math.floor(at / resolutionMs) * resolutionMs);
  const offsetsMs = stepped(request.offsetsMs);
  const drawn = Array.from({ length: draws }, (_, draw) =>
    stepped(drawOffsetsMs(arrival, size, randomStream(seed, `audit/${draw}`))),
  );
  const distance = distanceFrom(arrival, ratePerSecond, drawn, resolutionMs !== undefined);
  // Constant gaps have no serial dependence to look for but that of the clock's own jitter, and end on time by law.
  const describe = (offsets: Float64Array) => ({
    ...statisticsOf(offsets, size, distance),
    ...(arrival.kind === "constant" ? {} : serialStatisticsOf(offsets, ratePerSecond)),
  });
  const observed = describe(offsetsMs);
  const all = [observed, ...drawn.map(describe)];
  const names = Object.keys(observed);
  const columns = names.map((name) => standardise(all.map((statistics) => statistics[name]!)));
  const worst = all.map((_, row) => Math.max(...columns.map(({ z }) => Math.abs(z[row]!))));
  const p = worst.filter((t) => t >= worst[0]!).length / all.length;
  const statistics = names.map((name, column) => {
    const values = columns[column]!.values.slice(1).sort((a, b) => a - b);
    return {
      name,
      observed: observed[name]!,
      expected: values.reduce((sum, value) => sum + value, 0) / values.length,
      low: values[Math.floor(0.025 * values.length)]!,
      high: values[Math.ceil(0.975 * values.length) - 1]!,
      z: columns[column]!.z[0]!,
    };
  });
  const furthest = statistics.reduce((a, b) => (Math.abs(b.z) > Math.abs(a.z) ? b : a));
  const passed = p > alpha || worst[0]! < leastZ;
  return {
    passed,
    p,
    alpha,
    requests: offsetsMs.length,
    statistics,
    sentence:
      `${arrivalOf(arrival).describe(arrival)}: ${passed ? "follows its law" : "does NOT follow its law"} ` +
      `(p ${p.toFixed(3)}, n ${offsetsMs.length}); furthest out: ${furthest.name} ${show(furthest.observed)}, ` +
      `95 % of honest schedules within ${show(furthest.low)} to ${show(furthest.high)}`,
  };
}

type Statistics = Record<string, number>;

function statisticsOf(
  offsetsMs: Float64Array,
  { ratePerSecond, durationSeconds }: { ratePerSecond: number; durationSeconds: number },
  distance: (sortedGaps: Float64Array) => number,
): Statistics {
  const gaps = gapsOf(offsetsMs, ratePerSecond);
  return {
    "requests / expected": offsetsMs.length / (ratePerSecond * durationSeconds),
    "KS distance of gaps": distance(Float64Array.from(gaps).sort()),
    "CV of gaps": cvOf(gaps),
    ...Object.fromEntries(
      auditScales
        .filter((scale) => (ratePerSecond * durationSeconds) / scale >= fewestWindows)
        .map((scale) => [
          `dispersion of counts, ${scale} expected`,
          dispersion(offsetsMs, (scale / ratePerSecond) * 1000, durationSeconds * 1000),
        ]),
    ),
  };
}

function serialStatisticsOf(offsetsMs: Float64Array, ratePerSecond: number): Statistics {
  const gaps = gapsOf(offsetsMs, ratePerSecond);
  const correlation = autocorrelations(gaps, auditLags);
  return {
    "lag-1 autocorrelation": correlation[0] ?? 0,
    [`lags 1-${auditLags}, n sum r^2`]: gaps.length * correlation.reduce((sum, r) => sum + r * r, 0),
    "ln |end / (n / rate) - 1|": endMiss(offsetsMs, ratePerSecond),
  };
}

/** With mean 1 under the law; without the first, which is a residual one. */
function gapsOf(offsetsMs: Float64Array, ratePerSecond: number): Float64Array {
  return offsetsMs.slice(1).map((at, index) => ((at - offsetsMs[index]!) / 1000) * ratePerSecond);
}

/** A schedule made to end at n / rate misses it by nothing, which hardly any honest one does. */
function endMiss(offsetsMs: Float64Array, ratePerSecond: number): number {
  if (offsetsMs.length === 0) return 0;
  const miss = Math.abs(((offsetsMs.at(-1)! / 1000) * ratePerSecond) / offsetsMs.length - 1);
  return Math.log(Math.max(miss, leastMiss));
}

/** r_1 .. r_lags of a series; 0 where it does not vary. */
export function autocorrelations(series: Float64Array, lags: number): number[] {
  const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
  const centred = series.map((value) => value - mean);
  const variance = centred.reduce((sum, value) => sum + value * value, 0);
  return Array.from({ length: Math.min(lags, Math.max(0, series.length - 1)) }, (_, index) => {
    let sum = 0;
    for (let at = index + 1; at < centred.length; at++) sum += centred[at]! * centred[at - index - 1]!;
    // Rounding alone gives a constant series a variance of about n eps^2.
    return variance > series.length * 1e-18 ? sum / variance : 0;
  });
}

/** Index of dispersion of counts: variance / mean of the arrivals per window. 1 for a Poisson process. */
export function dispersion(offsetsMs: Float64Array, windowMs: number, durationMs: number): number {
  const counts = new Float64Array(Math.floor(durationMs / windowMs + 1e-9));
  for (const at of offsetsMs) {
    const window = Math.floor(at / windowMs);
    if (window < counts.length) counts[window]!++;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return mean === 0 ? 0 : counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length / mean;
}

export function cvOf(gaps: Float64Array): number {
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return mean > 0 ? Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean : 0;
}

/**
 * Kolmogorov-Smirnov distance from the law's F where it has one, else (and in steps) from the gaps of all drawn
 * schedules together.
 * Constant gaps have a step for an F, from which any clock is far: there it is the mean departure from 1.
 */
function distanceFrom(
  arrival: ArrivalSpec,
  ratePerSecond: number,
  drawn: readonly Float64Array[],
  inSteps: boolean,
): (sortedGaps: Float64Array) => number {
  if (arrival.kind === "constant") {
    return (gaps) => gaps.reduce((sum, gap) => sum + Math.abs(gap - 1), 0) / Math.max(1, gaps.length);
  }
  const cdf =
    isRenewal(arrival) && !inSteps
      ? (x: number) => renewalOf(arrival).cdf(arrival, x)
      : empiricalCdf(drawn, ratePerSecond);
  return (gaps) => {
    let distance = 0;
    const step = Math.max(1, Math.floor(gaps.length / mostCdfPoints));
    for (let index = 0; index < gaps.length; index += step) {
      const f = cdf(gaps[index]!);
      distance = Math.max(distance, f - index / gaps.length, (index + 1) / gaps.length - f);
    }
    return distance;
  };
}

function isRenewal(arrival: ArrivalSpec): arrival is RenewalSpec {
  return Object.hasOwn(renewals, arrival.kind);
}

function empiricalCdf(drawn: readonly Float64Array[], ratePerSecond: number): (x: number) => number {
  const pooled = Float64Array.from(drawn.flatMap((offsets) => [...gapsOf(offsets, ratePerSecond)])).sort();
  return (x) => {
    let [low, high] = [0, pooled.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pooled[middle]! <= x) low = middle + 1;
      else high = middle;
    }
    return low / pooled.length;
  };
}

function standardise(values: readonly number[]): { values: readonly number[]; z: readonly number[] } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { values, z: values.map((value) => (value - mean) / Math.max(deviation, tolerance)) };
}

function show(value: number): string {
  return String(Number(value.toPrecision(3)));
}
