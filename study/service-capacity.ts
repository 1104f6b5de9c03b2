/** The capacity of one running service under an SLO: where to look, the search, and the result as a record. */
import { z } from "zod";
import { quantile, sorted } from "../analysis/quantile.ts";
import { closedLoop } from "../workloads/closed-loop.ts";
import { defaultMostProbes, defaultTolerance, searchCapacity } from "./capacity.ts";
import { lowestProbeRate, type ProbeContext, type RateProbe, rateProbe } from "./capacity-probe.ts";
import { failWithoutSuccess } from "./no-success.ts";

const rateProbeRecord = z.strictObject({
  ratePerSecond: z.number(),
  holds: z.boolean(),
  requests: z.int(),
  late: z.int(),
  failed: z.int(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  endedEarly: z.boolean(),
  seconds: z.number(),
  seed: z.int(),
  scheduleDigest: z.string(),
  latenessP99Ms: z.number(),
});

/** Capacity of one service at one cv. */
export const serviceCapacity = z.strictObject({
  cv: z.number(),
  slo: z.strictObject({ quantile: z.number(), responseMs: z.number() }),
  /** Requests per second with the posterior's central interval; null where it lies outside the range. */
  estimate: z
    .strictObject({ value: z.number(), low: z.number(), high: z.number(), level: z.number() })
    .nullable(),
  place: z.enum(["inside", "below", "above"]),
  stoppedBy: z.enum(["tolerance", "probes", "idle"]),
  tolerance: z.number(),
  /** Rates between which it was sought, per second. */
  range: z.strictObject({ lowest: z.number(), highest: z.number() }),
  /** One request at a time, ms; median. */
  idleMs: z.number(),
  /** Answers per second of a closed loop that keeps so many requests waiting. */
  ceiling: z.strictObject({ perSecond: z.number(), connections: z.int() }),
  probes: z.array(rateProbeRecord),
  sentence: z.string(),
});
export type ServiceCapacity = z.infer<typeof serviceCapacity>;

export interface CapacityOptions extends ProbeContext {
  readonly tolerance?: number;
  readonly mostProbes?: number;
}

/** Enough to fill every batch of every worker. */
const ceilingConnections = 64;
const ceilingSeconds = 5;
const idleSeconds = 2;
/** Arrivals do not come as evenly as a closed loop's, but a batch may be fuller than 64 waiting requests make it. */
const aboveCeiling = 1.5;
const rangeRatio = 150;

export async function measureCapacity(options: CapacityOptions): Promise<ServiceCapacity> {
  const { cv, slo, tolerance = defaultTolerance, mostProbes = defaultMostProbes } = options;
  const idleMs = await idleMedian(options);
  const perSecond = await ceilingPerSecond(options);
  const highest = aboveCeiling * perSecond;
  const lowest = Math.max(highest / rangeRatio, lowestProbeRate(options));
  const record = {
    cv,
    slo: { quantile: slo.quantile, responseMs: slo.responseMs },
    tolerance,
    range: { lowest, highest },
    idleMs,
    ceiling: { perSecond, connections: ceilingConnections },
  };
  if (idleMs > slo.responseMs || lowest >= highest) {
    const none = {
      ...record,
      estimate: null,
      place: "below" as const,
      stoppedBy: "idle" as const,
      probes: [],
    };
    return { ...none, sentence: sentence(none) };
  }
  const found = await searchCapacity<RateProbe>({
    probe: rateProbe(options),
    lowest,
    highest,
    tolerance,
    mostProbes,
  });
  const whole = { ...record, ...found, probes: [...found.probes] };
  return { ...whole, sentence: sentence(whole) };
}

async function idleMedian(options: ProbeContext): Promise<number> {
  const { samples, failures } = await closedLoop({
    ...closed(options),
    connections: 1,
    seconds: idleSeconds,
  });
  options.signal.throwIfAborted();
  failWithoutSuccess(`one request at a time to ${options.url}`, samples, failures);
  return quantile(sorted(Float64Array.from(samples, (s) => s.completedMs - s.sentMs)), 0.5);
}

async function ceilingPerSecond(options: ProbeContext): Promise<number> {
  options.progress(`closed loop of ${ceilingConnections}`);
  const { throughputPerSecond, samples, failures } = await closedLoop({
    ...closed(options),
    connections: ceilingConnections,
    seconds: ceilingSeconds,
  });
  options.signal.throwIfAborted();
  failWithoutSuccess(`${ceilingConnections} requests at a time to ${options.url}`, samples, failures);
  return throughputPerSecond;
}

function closed({ url, asked, seed, timeoutMs, signal }: ProbeContext) {
  return { url, asked, seed, timeoutMs, signal, warmupSeconds: 1 };
}

export function sentence(result: Omit<ServiceCapacity, "sentence">): string {
  const { slo, cv, estimate, place, probes, range, stoppedBy, tolerance, idleMs } = result;
  const limit = `p${slo.quantile * 100} <= ${slo.responseMs} ms`;
  const load = cv === 1 ? "Poisson arrivals" : `gamma arrivals of cv ${cv}`;
  if (idleMs > slo.responseMs) {
    return `no rate holds ${limit}: one request at a time already takes ${figure(idleMs)} ms (median)`;
  }
  if (place === "below") return `${limit} holds at no rate of ${figure(range.lowest)}/s or more (${load})`;
  if (place === "above") {
    return `${limit} holds at every rate up to ${figure(Math.max(...probes.map((p) => p.ratePerSecond)))}/s (${load})`;
  }
  const { value, low, high, level } = estimate!;
  return (
    `${limit} holds up to ${figure(value)}/s, ${level * 100} % interval ${figure(low)} to ${figure(high)}/s ` +
    `(${load}; ${probes.length} probes, ended by ${
      stoppedBy === "tolerance" ? `an interval within ${tolerance * 100} %` : "their number"
    }; between probes of one deployment, not between deployments)`
  );
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
