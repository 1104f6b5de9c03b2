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

import { type ArrivalSpec, arrivalOf } from "../arrivals/index.ts";
import { randomStream } from "../random/random.ts";
import { distanceFrom, serialStatisticsOf, statisticsOf } from "./arrival-statistics.ts";
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
      `95 % of correct schedules within ${show(furthest.low)} to ${show(furthest.high)}`,
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
