/** The capacity of one running service under an SLO: where to look, the search, and the result as a record. */
import { z } from "zod";
import { mean } from "../../analysis/statistics/moments.ts";
import { quantile, sorted } from "../../analysis/statistics/quantile.ts";
import { TestbedError } from "../../errors/errors.ts";
import { closedLoop } from "../../workloads/drive/closed-loop.ts";
import { failWithoutSuccess } from "../trial/no-success.ts";
import { defaultLeastProbes, defaultMostProbes, defaultTolerance, searchCapacity } from "./capacity.ts";
import { lowestProbeRate, type ProbeContext, rateProbe } from "./capacity-probe.ts";
import { capacitySentence } from "./capacity-sentence.ts";

const rateProbeRecord = z.strictObject({
  ratePerSecond: z.number(),
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
  /** Of the steady state, requests per second; null where it lies outside the range. */
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
  /** Of the queue that was fitted to the probes; null where there were none. */
  servers: z.int().nullable(),
  serviceMeanMs: z.number().nullable(),
  /** Over which that queue forgets, at the capacity. */
  relaxationSeconds: z.number().nullable(),
  /** What it does not explain; the interval allows for it. */
  doubts: z.array(z.string()),
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
/** One at a time: fewer say too little of the law of the service times, and are waited for, up to so long. */
const fewestLone = 20;
const mostIdleSeconds = 30;
/** Arrivals do not come as evenly as a closed loop's, but a batch may be fuller than 64 waiting requests make it. */
const aboveCeiling = 1.5;
const rangeRatio = 150;

export async function measureCapacity(options: CapacityOptions): Promise<ServiceCapacity> {
  const { cv, slo, tolerance = defaultTolerance, mostProbes = defaultMostProbes, seed } = options;
  const serviceMs = await loneRequests(options);
  const idleMs = quantile(sorted(serviceMs.slice()), 0.5);
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
      ...{ estimate: null, place: "below" as const, stoppedBy: "idle" as const, probes: [] },
      ...{ servers: null, serviceMeanMs: null, relaxationSeconds: null, doubts: [] },
    };
    return { ...none, sentence: capacitySentence(none) };
  }
  // What the closed loop does at once, in service times of a lone request: one that batches counts as so many servers.
  const servers = Math.min(ceilingConnections, Math.max(1, Math.round((perSecond * mean(serviceMs)) / 1000)));
  const { probes, ...found } = await searchCapacity({
    probe: rateProbe(options),
    serviceMs,
    leastProbes: Math.min(defaultLeastProbes, mostProbes),
    ...{ servers, cv, slo, lowest, highest, tolerance, mostProbes, seed },
  });
  const whole = {
    ...record,
    ...found,
    doubts: [...found.doubts],
    servers,
    probes: probes.map(({ scheduledMs: _, responseMs: __, fromMs: ___, ...probe }) => probe),
  };
  return { ...whole, sentence: capacitySentence(whole) };
}

/** Response times of right answers to one request at a time, ms. @throws TestbedError (runFailed) where there is none */
async function loneRequests(options: ProbeContext): Promise<Float64Array> {
  const ask = async (seconds: number) => {
    const answered = await closedLoop({ ...closed(options), connections: 1, seconds });
    options.signal.throwIfAborted();
    return answered;
  };
  const what = `one request at a time to ${options.url}`;
  const { samples, failures } = await ask(idleSeconds);
  failWithoutSuccess(what, samples, failures);
  const longer = Math.min(mostIdleSeconds, (idleSeconds * fewestLone) / samples.length);
  const more = samples.length < fewestLone ? (await ask(longer)).samples : [];
  const right = [...samples, ...more].filter(({ outcome }) => outcome === "ok");
  if (right.length === 0) {
    throw new TestbedError("runFailed", `${what}: no answer in ${idleSeconds + longer} s`, {
      hint: "Send a lighter request, or set a longer limit (--slo-p99-ms): a single request may take four times the limit.",
    });
  }
  return Float64Array.from(right, ({ completedMs, sentMs }) => completedMs - sentMs);
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
