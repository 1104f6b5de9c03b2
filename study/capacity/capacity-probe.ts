/**
 * One probe of a running service: an open loop at a rate, with the outcome of each request, timed from the scheduled
 * instant. A probe far above the capacity is ended early, and the service's backlog must drain before the next probe.
 */
import { quantile, quantileNeeds, sorted } from "../../analysis/statistics/quantile.ts";
import { TestbedError } from "../../errors/errors.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { drive, type Live } from "../../workloads/drive/drive.ts";
import type { Sample } from "../../workloads/samples/sample.ts";
import { materialise, type Schedule } from "../../workloads/schedule/schedule.ts";
import { until, whyNotDrained } from "../trial/drain.ts";
import type { Observation } from "./search/queue-model.ts";

/** That share of the requests is to be answered within `responseMs` of their scheduled instants. */
export interface Slo {
  readonly quantile: number;
  readonly responseMs: number;
}

export interface ProbeContext {
  readonly url: string;
  readonly asked: Asked;
  /** Of the gaps: gamma arrivals, 1 is Poisson. */
  readonly cv: number;
  readonly slo: Slo;
  /** Length of a probe; longer where the rate is low or the queue has a long memory, up to the most. */
  readonly seconds: number;
  readonly mostSeconds: number;
  /** At the beginning of each probe, left out; default 1. */
  readonly warmupSeconds?: number;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export interface RateProbe {
  readonly ratePerSecond: number;
  /** Requests that were judged, and how many of them were late or failed; where it was ended early those never sent too. */
  readonly requests: number;
  readonly late: number;
  readonly failed: number;
  /** Null where they are not estimable: too few requests, failures, or ended early. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly endedEarly: boolean;
  readonly seconds: number;
  readonly seed: number;
  readonly scheduleDigest: string;
  readonly latenessP99Ms: number;
}

const defaultWarmupSeconds = 1;
/** A generator later than this share of the SLO's limit would be measured instead of the service. */
const mostLatenessShare = 0.05;
const attempts = 3;
/** Of a probe: as many as it is made longer for, and so few that it says nothing. */
const wantedRequests = 100;
const fewestRequests = 20;
const drainLimitMs = 120_000;

/** @throws TestbedError (runFailed) where the generator cannot keep up, or the service never drains */
export function rateProbe(
  context: ProbeContext,
): (rate: number, index: number, leastSeconds: number) => Promise<RateProbe & Observation> {
  return async (ratePerSecond, index, leastSeconds) => {
    for (let attempt = 0; ; attempt++) {
      const seed = context.seed + 1_000 * attempt + index;
      const result = await probeOnce(context, { ratePerSecond, seed, leastSeconds });
      await drained(context);
      const limitMs = mostLatenessShare * context.slo.responseMs;
      if (result.latenessP99Ms <= limitMs) return result;
      if (attempt + 1 === attempts) {
        throw new TestbedError("runFailed", `the generator cannot keep up at ${ratePerSecond.toFixed(1)}/s`, {
          problems: [
            {
              path: "lateness p99",
              expected: `at most ${limitMs} ms`,
              got: `${result.latenessP99Ms.toFixed(2)} ms`,
            },
          ],
          hint: "Use a quieter machine, or a separate machine for the generator.",
        });
      }
    }
  };
}

/** Seconds that are judged; the warm-up comes on top. @param leastSeconds twice the time over which the queue forgets */
export function probeSeconds(
  { seconds, mostSeconds }: Pick<ProbeContext, "seconds" | "mostSeconds">,
  ratePerSecond: number,
  leastSeconds: number,
): number {
  return Math.min(mostSeconds, Math.max(seconds, leastSeconds, wantedRequests / ratePerSecond));
}

/** Below this rate the longest probe has too few requests to say anything, per second. */
export function lowestProbeRate({ mostSeconds }: Pick<ProbeContext, "mostSeconds">): number {
  return fewestRequests / mostSeconds;
}

async function probeOnce(
  context: ProbeContext,
  { ratePerSecond, seed, leastSeconds }: { ratePerSecond: number; seed: number; leastSeconds: number },
): Promise<RateProbe & Observation> {
  const { slo, signal, warmupSeconds = defaultWarmupSeconds } = context;
  const warmupMs = warmupSeconds * 1000;
  const seconds = probeSeconds(context, ratePerSecond, leastSeconds);
  const schedule = materialise({
    arrival: { kind: "gamma", cv: context.cv },
    ratePerSecond,
    durationSeconds: warmupSeconds + seconds,
    seed,
    payloadCount: context.asked.requests.count,
  });
  const given = new AbortController();
  const { samples, health } = await drive({
    url: context.url,
    schedule,
    asked: context.asked,
    timeoutMs: context.timeoutMs,
    signal: AbortSignal.any([signal, given.signal]),
    progress(live) {
      context.progress(`${ratePerSecond.toFixed(1)}/s: ${live.text}`);
      if (isHopeless(live, schedule, slo)) given.abort();
    },
  });
  signal.throwIfAborted();
  const observation = observed(samples, schedule, { ratePerSecond, fromMs: warmupMs });
  const endedEarly = health.partial;
  return {
    ...observation,
    ...judge(observation, slo),
    ...(endedEarly ? { p50Ms: null, p99Ms: null } : {}),
    endedEarly,
    seconds,
    seed,
    scheduleDigest: schedule.digest,
    latenessP99Ms: health.latenessMs.p99,
  };
}

/** A request that is in no sample was never sent: the probe was ended. */
export function observed(
  samples: readonly Sample[],
  { offsetsMs }: Pick<Schedule, "offsetsMs">,
  of: Pick<Observation, "ratePerSecond" | "fromMs">,
): Observation {
  const responseMs = new Float64Array(offsetsMs.length).fill(Number.POSITIVE_INFINITY);
  for (const { seq, outcome, completedMs, scheduledMs } of samples) {
    if (outcome === "ok") responseMs[seq] = completedMs - scheduledMs;
    // One that waited too long, or was given up, was late; any other failure says nothing of the queue.
    else if (outcome !== "timeout" && outcome !== "dropped") responseMs[seq] = Number.NaN;
  }
  return { ...of, scheduledMs: offsetsMs, responseMs };
}

/** After the warm-up: a failure is late. */
export function judge(
  { scheduledMs, responseMs, fromMs }: Pick<Observation, "scheduledMs" | "responseMs" | "fromMs">,
  slo: Slo,
): Pick<RateProbe, "requests" | "late" | "failed" | "p50Ms" | "p99Ms"> {
  const judged = responseMs.filter((_, row) => scheduledMs[row]! >= fromMs);
  const responses = sorted(judged.map((ms) => (Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms)));
  const shown = (p: number) => {
    const value = responses.length >= quantileNeeds(p) ? quantile(responses, p) : Number.NaN;
    return Number.isFinite(value) ? value : null;
  };
  return {
    requests: judged.length,
    late: responses.filter((ms) => ms > slo.responseMs).length,
    failed: judged.filter((ms) => !Number.isFinite(ms)).length,
    p50Ms: shown(0.5),
    p99Ms: shown(0.99),
  };
}

/** Of the whole schedule, more than half is late already: a probe far above the capacity, which no longer look makes better. */
export function isHopeless(
  { offered, inFlight, failed }: Pick<Live, "offered" | "inFlight" | "failed">,
  { offsetsMs }: Pick<Schedule, "offsetsMs">,
  slo: Slo,
): boolean {
  const nowMs = offsetsMs[offered - 1];
  if (nowMs === undefined) return false;
  let recent = 0;
  while (recent < offered && offsetsMs[offered - 1 - recent]! > nowMs - slo.responseMs) recent++;
  return inFlight - recent + failed > offsetsMs.length / 2;
}

/** What was given up is still in the service's queue. */
async function drained({ url, asked, slo: { responseMs }, signal }: ProbeContext): Promise<void> {
  const why = await until(() => whyNotDrained({ url, asked, responseMs, signal }), drainLimitMs, signal);
  if (why === "") return;
  throw new TestbedError("runFailed", `${url} still has a backlog after a probe: ${why}`, {
    hint: "Does one request alone stay within the SLO?",
  });
}
