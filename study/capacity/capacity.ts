/**
 * The capacity of a service under an SLO: the highest rate whose *steady state* answers all but the allowed share within the
 * limit. A probe cannot show it by itself: it begins with an empty queue and may end before the queue has its length, so that by
 * probes alone a service looks 7 % (M/D/1) to 58 % (arrivals of cv 4) better than it is.
 *
 *   probe   an open loop near the capacity, all its requests kept
 *   fit     the mean service time with which a queue is as late on the probes' own schedules (search/service-time.ts)
 *   carry   the same queue, simulated long enough for a steady state, says the rate (search/steady-state.ts)
 *
 * The first few probes find the place, the others stay near it. The search ends when the interval is as narrow as asked, at one of a
 * few looks, or with the last probe; the result says which. Coverage: docs/statistics.md, `npm run bench:capacity`.
 */
import { mean } from "../../analysis/statistics/moments.ts";
import { exactInterval } from "../../analysis/statistics/share-interval.ts";
import type { ArrivalSpec } from "../../workloads/spec/spec.ts";
import { halfWidthBetween, lateCountFits } from "./search/doubts.ts";
import {
  beyondLimit,
  failuresIn,
  metNone,
  nearLimit,
  type Observation,
  shapeOf,
} from "./search/queue-model.ts";
import { type ServiceTime, serviceTime } from "./search/service-time.ts";
import { steadyState, unitInstants } from "./search/steady-state.ts";

export interface CapacitySearch<P extends Observation> {
  /**
   * @param index 0, 1, 2 ...: of the probe, for a seed of its own
   * @param leastSeconds twice the time over which the queue forgets: as long as the probe should be
   */
  probe(ratePerSecond: number, index: number, leastSeconds: number): Promise<P>;
  /** Of requests that found the service idle, ms: the law of its service times, to begin with. */
  readonly serviceMs: Float64Array;
  /** Requests that it works on at the same time. */
  readonly servers: number;
  /** Of the gaps: gamma arrivals, 1 is Poisson. */
  readonly cv: number;
  readonly slo: { readonly quantile: number; readonly responseMs: number };
  /** Rates that are looked at, requests per second. */
  readonly lowest: number;
  readonly highest: number;
  /** The interval is to lie within 1 +- this of its middle. */
  readonly tolerance?: number;
  readonly leastProbes?: number;
  readonly mostProbes?: number;
  readonly seed?: number;
  /** Length of the simulated steady state, requests; its error is in the interval. */
  readonly steadyRequests?: number;
  /** Arrivals at rate 1 for the steady state: where many searches of one law would draw the same. */
  steadyArrivals?(arrival: ArrivalSpec, requests: number, seed: number): Float64Array;
}

export interface Capacity<P> {
  /** Requests per second; null where it lies outside the range. */
  readonly estimate: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly level: number;
  } | null;
  /** `below` the lowest rate, `above` the highest, or inside. */
  readonly place: "inside" | "below" | "above";
  readonly stoppedBy: "tolerance" | "probes";
  readonly probes: readonly P[];
  /** Mean service time of the fitted queue, ms. */
  readonly serviceMeanMs: number;
  /** Over which the queue at that rate forgets, seconds. */
  readonly relaxationSeconds: number;
  /** What the fitted queue does not explain, in words; the interval allows for it. */
  readonly doubts: readonly string[];
}

export const defaultTolerance = 0.1;
export const defaultLeastProbes = 8;
export const defaultMostProbes = 24;
const level = 0.95;
/** Between looks at the interval. */
const probesBetweenLooks = 4;
/**
 * The first probes only find the place, a third of them all at most; those that follow stay there and are fitted. A rate that
 * answered to the lateness of the probes before it would make them unlike the simulated ones: 1 % too low, and 92 % for 95.
 */
const mostPlacing = 3;
/** At a look, so far from the estimate: another place. */
const misplaced = Math.log(1.1);
/** Sets of draws that place the next probe. */
const placingSets = 9;
/** Of the simulated steady state: to place the next probe, and to tell the capacity; bursts make fewer independent ones. */
const placingRequests = 20_000;
const tellingRequests = (cv: number) => 1_600_000 * Math.min(3, Math.max(1, cv));
/** Of the standard error of the simulated steady state: its late requests come in so few clusters that 1.96 holds 90 %. */
const steadyError = 2.4;
/** From one probe to the next, at most by this factor; those within `near` of the last estimate are fitted. */
const mostStep = 1.5;
const near = Math.log(1.2);
/** Where probes differ by so much more than the model says, and by more than nothing, their own spread makes the interval. */
const mostSpread = 1.6;
const leastSpread = 0.005;
/**
 * A service whose time under load is another than alone is not the model's. Against such services (two workers that slow each
 * other, a busy one that is faster) the carried rate was off by a tenth of that difference, or less.
 */
const carriedShare = 0.1;
const leastChange = 0.03;

export async function searchCapacity<P extends Observation>(search: CapacitySearch<P>): Promise<Capacity<P>> {
  const { lowest, highest, slo, cv, servers, seed = 1 } = search;
  const {
    tolerance = defaultTolerance,
    leastProbes = defaultLeastProbes,
    mostProbes = defaultMostProbes,
  } = search;
  const probes: P[] = [];
  const placing = Math.min(mostPlacing, Math.floor(mostProbes / 3));
  const service = [...search.serviceMs];
  // The law of Poisson arrivals in its own right is drawn in a third of the time.
  const arrival: ArrivalSpec = cv === 1 ? { kind: "exponential" } : { kind: "gamma", cv };
  const limitMs = slo.responseMs;
  const within = (rate: number) => Math.min(highest, Math.max(lowest, rate));
  const carriedBy = (instants: Float64Array, ofSeed: number) =>
    steadyState({ shape: shapeOf(Float64Array.from(service)), servers, instants, limitMs, seed: ofSeed });
  const placed = (ofSeed: number) => carriedBy(unitInstants(arrival, placingRequests, ofSeed), ofSeed);
  /** The same arrivals at every look. */
  let telling: Float64Array | undefined;
  const nextRate = (rate: number) =>
    within(Math.min(ratePerSecond * mostStep, Math.max(ratePerSecond / mostStep, rate)));
  let serviceMeanMs = mean(service);
  let ratePerSecond = within(placed(seed).capacityPerSecond(serviceMeanMs, 1 - slo.quantile));
  for (;;) {
    const relaxationSeconds = relaxation(ratePerSecond, serviceMeanMs, servers, [cv, cvOf(service)]);
    const probe = await search.probe(ratePerSecond, probes.length, 2 * relaxationSeconds);
    probes.push(probe);
    service.push(...metNone(probe));
    const isLast = probes.length >= mostProbes;
    const isPlacing = probes.length <= placing;
    const used = (isPlacing ? probes : probes.slice(placing)).filter(
      (one) => Math.abs(Math.log(one.ratePerSecond / ratePerSecond)) <= near,
    );
    const isLook =
      isLast || (probes.length >= leastProbes && (probes.length - leastProbes) % probesBetweenLooks === 0);
    const shape = { servers, shape: shapeOf(Float64Array.from(service)) };
    const question = { limitMs, seed: 1_000 * seed + probes.length, nearMs: serviceMeanMs };
    const { failed, requests } = failuresIn(used);
    const allowed = (share: number) => 1 - slo.quantile - share;
    if (!isLook && !isPlacing) continue;
    if (!isLook) {
      serviceMeanMs = serviceTime(used, shape, { ...question, of: nearLimit, count: placingSets }).meanMs;
      const next = placed(seed + probes.length).capacityPerSecond(
        serviceMeanMs,
        allowed(failed / Math.max(1, requests)),
      );
      ratePerSecond = nextRate(next);
      continue;
    }
    const fit = fitted(used, shape, { ...question, alone: meanWithError(service) });
    serviceMeanMs = fit.meanMs;
    telling ??= (search.steadyArrivals ?? unitInstants)(
      arrival,
      search.steadyRequests ?? tellingRequests(cv),
      seed,
    );
    const long = carriedBy(telling, seed);
    const [fewest, most] = failureBounds(failed, requests);
    const value = long.capacityPerSecond(fit.meanMs, allowed(failed / Math.max(1, requests)));
    const ends = [
      long.capacityPerSecond(fit.high, allowed(most)),
      long.capacityPerSecond(fit.low, allowed(fewest)),
    ];
    // Of the simulation itself, in quadrature: independent of the probes.
    const error = value > 0 ? steadyError * long.error(fit.meanMs, value) : 0;
    const [low, high] = [
      value * Math.exp(-Math.hypot(error, Math.log(value / ends[0]!))),
      value * Math.exp(Math.hypot(error, Math.log(ends[1]! / value))),
    ];
    const narrow = low > 0 && high / low <= (1 + tolerance) / (1 - tolerance);
    if (!narrow && !isLast) {
      if (Math.abs(Math.log(value / ratePerSecond)) > misplaced) ratePerSecond = nextRate(value);
      continue;
    }
    const nearest = Math.min(...used.map((one) => Math.abs(Math.log(one.ratePerSecond / value))));
    const doubts =
      nearest > misplaced
        ? [
            ...fit.doubts,
            `none of the fitted probes is within 10 % of this rate: the last was at ${ratePerSecond.toPrecision(3)}/s`,
          ]
        : fit.doubts;
    const place = value < lowest ? "below" : value > highest ? "above" : "inside";
    return {
      estimate: place === "inside" ? { value, low, high, level } : null,
      place,
      stoppedBy: narrow ? "tolerance" : "probes",
      probes,
      serviceMeanMs: fit.meanMs,
      relaxationSeconds: relaxation(value, fit.meanMs, servers, [cv, cvOf(service)]),
      doubts,
    };
  }
}

interface Fitted extends Pick<ServiceTime, "meanMs" | "low" | "high"> {
  readonly doubts: readonly string[];
}

/** By the steadier lateness where it explains the late requests too, else by these alone; as wide as the probes differ. */
function fitted(
  used: readonly Observation[],
  shape: { readonly servers: number; readonly shape: Float64Array },
  question: {
    readonly limitMs: number;
    readonly seed: number;
    readonly nearMs: number;
    /** Of requests that met an idle service. */
    readonly alone: { readonly meanMs: number; readonly error: number };
  },
): Fitted {
  const doubts: string[] = [];
  let of = nearLimit;
  let found = serviceTime(used, shape, { ...question, of });
  if (!lateCountFits(used, found, question.limitMs)) {
    doubts.push(
      "the number of late requests does not fit a queue with the service times seen; the model is fitted to late requests alone",
    );
    of = beyondLimit;
    found = serviceTime(used, shape, { ...question, of });
  }
  const own = Math.log(found.high / found.low) / 2;
  const between = halfWidthBetween(used, found, { limitMs: question.limitMs, of });
  let [down, up] = [Math.log(found.meanMs / found.low), Math.log(found.high / found.meanMs)];
  if (between > Math.max(leastSpread, mostSpread * own)) {
    doubts.push("probes differ by more than their arrivals explain");
    down = up = Math.min(between, 1);
  }
  const { meanMs: aloneMs, error: aloneError } = question.alone;
  const change = Math.log(found.meanMs / aloneMs);
  const beyondError = Math.abs(change) - 2 * Math.hypot(own / 2, aloneError);
  if (beyondError > leastChange) {
    doubts.push(
      `the service time under load is ${Math.exp(change).toFixed(2)} times that of single requests`,
    );
    [down, up] = [down, up].map((half) => Math.hypot(half, carriedShare * beyondError)) as [number, number];
  }
  return {
    meanMs: found.meanMs,
    low: found.meanMs * Math.exp(-down),
    high: found.meanMs * Math.exp(up),
    doubts,
  };
}

/** Mean and the relative standard error of it. */
function meanWithError(values: readonly number[]): { readonly meanMs: number; readonly error: number } {
  return { meanMs: mean(values), error: cvOf(values) / Math.sqrt(values.length) };
}

/** 95 % interval of the share of failed requests; 0 where none failed, since then nothing says that any ever does. */
function failureBounds(failed: number, requests: number): [number, number] {
  if (failed === 0) return [0, 0];
  const { low, high } = exactInterval(failed, requests, level);
  return [low, high];
}

/**
 * Time over which a queue forgets where it began, seconds, as in M/M/1 and scaled by the variation in heavy traffic:
 *
 *   s / c / (1 - sqrt rho)^2 (ca^2 + cs^2) / 2
 */
function relaxation(
  ratePerSecond: number,
  meanMs: number,
  servers: number,
  [ca, cs]: [number, number],
): number {
  const load = Math.min(0.99, (ratePerSecond * meanMs) / 1000 / servers);
  return (meanMs / 1000 / servers / (1 - Math.sqrt(load)) ** 2) * ((ca * ca + cs * cs) / 2);
}

function cvOf(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2))) / middle;
}
