/**
 * One probe of a running service: an open loop at a rate, and whether it holds the SLO. The warm-up is left out, a
 * failure is late, times count from the scheduled instant. A probe that cannot hold any more is ended at once, and before
 * the next one the service must have worked off what it owes.
 */
import { quantile, quantileNeeds, sorted } from "../analysis/quantile.ts";
import { TestbedError } from "../errors.ts";
import type { Asked } from "../workloads/ask/asked.ts";
import { drive, type Live } from "../workloads/drive.ts";
import type { Sample } from "../workloads/sample.ts";
import { materialise, type Schedule } from "../workloads/schedule.ts";
import { unrest, until } from "./rest.ts";

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
  /** Length of a probe; longer where the rate is too low for the quantile, up to the most. */
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
  readonly holds: boolean;
  /** Requests that were judged, and how many of them were late or failed; a lower bound where it was ended early. */
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
const drainLimitMs = 120_000;

/** @throws TestbedError (runFailed) where the generator cannot keep up, or the service never comes to rest */
export function rateProbe(context: ProbeContext): (rate: number, index: number) => Promise<RateProbe> {
  return async (ratePerSecond, index) => {
    for (let attempt = 0; ; attempt++) {
      const result = await probeOnce(context, ratePerSecond, context.seed + 1_000 * attempt + index);
      await rested(context);
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
          hint: "A quieter machine, or the generator on another machine.",
        });
      }
    }
  };
}

/** Shortest probe that can judge the quantile at this rate, seconds; the warm-up comes on top. */
export function probeSeconds(
  { slo, seconds, mostSeconds }: Pick<ProbeContext, "slo" | "seconds" | "mostSeconds">,
  ratePerSecond: number,
): number {
  return Math.min(mostSeconds, Math.max(seconds, quantileNeeds(slo.quantile) / ratePerSecond));
}

/** Below this rate a probe of the longest length has too few requests for the quantile, per second. */
export function lowestProbeRate({ slo, mostSeconds }: Pick<ProbeContext, "slo" | "mostSeconds">): number {
  return quantileNeeds(slo.quantile) / mostSeconds;
}

async function probeOnce(context: ProbeContext, ratePerSecond: number, seed: number): Promise<RateProbe> {
  const { slo, signal, warmupSeconds = defaultWarmupSeconds } = context;
  const warmupMs = warmupSeconds * 1000;
  const seconds = probeSeconds(context, ratePerSecond);
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
      if (cannotHold(live, schedule, slo, warmupMs)) given.abort();
    },
  });
  signal.throwIfAborted();
  const judged = judge(samples, schedule, slo, warmupMs);
  const endedEarly = health.partial;
  return {
    ...judged,
    ...(endedEarly ? { holds: false, p50Ms: null, p99Ms: null } : {}),
    endedEarly,
    seconds,
    seed,
    scheduleDigest: schedule.digest,
    latenessP99Ms: health.latenessMs.p99,
  };
}

/** Against the SLO: at most 1 - quantile of the requests after the warm-up may be late. */
export function judge(
  samples: readonly Sample[],
  schedule: Pick<Schedule, "offsetsMs">,
  slo: Slo,
  warmupMs: number,
): Pick<RateProbe, "holds" | "requests" | "late" | "failed" | "p50Ms" | "p99Ms"> {
  const requests = schedule.offsetsMs.filter((at) => at >= warmupMs).length;
  const judged = samples.filter(({ scheduledMs }) => scheduledMs >= warmupMs);
  const responses = sorted(
    Float64Array.from(judged, ({ outcome, completedMs, scheduledMs }) =>
      outcome === "ok" ? completedMs - scheduledMs : Number.POSITIVE_INFINITY,
    ),
  );
  const late = responses.filter((ms) => ms > slo.responseMs).length;
  const shown = (p: number) => {
    const value = responses.length >= quantileNeeds(p) ? quantile(responses, p) : Number.NaN;
    return Number.isFinite(value) ? value : null;
  };
  return {
    holds: requests > 0 && late <= (1 - slo.quantile) * requests,
    requests,
    late,
    failed: judged.filter(({ outcome }) => outcome !== "ok").length,
    p50Ms: shown(0.5),
    p99Ms: shown(0.99),
  };
}

/** Failures and the requests that have waited past the limit are already more than the whole schedule may have late. */
export function cannotHold(
  { offered, inFlight, failed }: Pick<Live, "offered" | "inFlight" | "failed">,
  { offsetsMs }: Pick<Schedule, "offsetsMs">,
  slo: Slo,
  warmupMs: number,
): boolean {
  const nowMs = offsetsMs[offered - 1];
  if (nowMs === undefined) return false;
  let recent = 0;
  while (recent < offered && offsetsMs[offered - 1 - recent]! > nowMs - slo.responseMs) recent++;
  const warmUp = offsetsMs.findIndex((at) => at >= warmupMs);
  return inFlight - recent + failed > (1 - slo.quantile) * offsetsMs.length + Math.max(0, warmUp);
}

/** What was given up is still in the service's queue. */
async function rested({ url, asked, slo: { responseMs }, signal }: ProbeContext): Promise<void> {
  const why = await until(() => unrest({ url, asked, responseMs, signal }), drainLimitMs, signal);
  if (why === "") return;
  throw new TestbedError("runFailed", `${url} does not come to rest after a probe: ${why}`, {
    hint: "Does one request alone stay within the SLO?",
  });
}
