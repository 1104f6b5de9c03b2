/** One service under load, once: at saturation, and at a rate well below it. */
import { marked } from "../../infra/host/process.ts";
import type { ServiceState } from "../../infra/plugin/kinds/process/service.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { closedLoop } from "../../workloads/drive/closed-loop.ts";
import { drive } from "../../workloads/drive/drive.ts";
import { quantile } from "../../workloads/drive/merge.ts";
import type { Sample } from "../../workloads/samples/sample.ts";
import { materialise } from "../../workloads/schedule/schedule.ts";
import { busySeconds } from "../generators/machine.ts";
import { cpuSeconds } from "./cpu.ts";
import { type StageAccount, stageAccount } from "./stage-account.ts";

export interface Load {
  readonly asked: Asked;
  readonly seconds: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface Figure {
  readonly perSecond: number;
  /** CPU time of the service's processes per answer. */
  readonly cpuMs: number;
  /** CPU time of everybody else on the machine per answer: the generator's, and that of neighbours. */
  readonly othersCpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
  readonly failed: number;
  /** Where the service tells them. */
  readonly stages: StageAccount | undefined;
}

const timeoutMs = 60_000;

/** A window shorter than the way through the queue counts a burst of answers or misses it. */
const timesThroughQueue = 3;
const longestSeconds = 20;

/** A closed loop that always has requests waiting, for so many seconds or longer where the service is slow. */
export async function saturate(
  service: ServiceState,
  connections: number,
  { asked, seconds, seed, signal }: Load,
): Promise<Figure> {
  const url = `${service.url}/classify`;
  const warmupSeconds = 1;
  const during = (windowSeconds: number) =>
    accounted(service, async () => {
      const request = {
        url,
        asked,
        connections,
        seconds: windowSeconds,
        warmupSeconds,
        seed,
        timeoutMs,
        signal,
      };
      const { samples, throughputPerSecond } = await closedLoop(request);
      // The account covers the warm-up too.
      const answers = throughputPerSecond * (windowSeconds + warmupSeconds);
      return { samples, answers, perSecond: throughputPerSecond, from: "sentMs" };
    });
  const short = await during(seconds);
  const wanted = Math.min(longestSeconds, (timesThroughQueue * connections) / short.perSecond);
  return wanted > seconds ? during(wanted) : short;
}

/** Poisson arrivals; response times from the scheduled instant. */
export async function offer(
  service: ServiceState,
  ratePerSecond: number,
  { asked, seconds, seed, signal }: Load,
): Promise<Figure> {
  const schedule = materialise({
    arrival: { kind: "exponential" },
    ratePerSecond,
    durationSeconds: seconds,
    seed,
    payloadCount: asked.requests.count,
  });
  return accounted(service, async () => {
    const { samples } = await drive({ url: `${service.url}/classify`, schedule, asked, timeoutMs, signal });
    const answers = samples.filter(({ outcome }) => outcome === "ok").length;
    return { samples, answers, perSecond: answers / seconds, from: "scheduledMs" };
  });
}

interface Outcome {
  readonly samples: readonly Sample[];
  readonly answers: number;
  readonly perSecond: number;
  readonly from: "sentMs" | "scheduledMs";
}

async function accounted(service: ServiceState, load: () => Promise<Outcome>): Promise<Figure> {
  const pids = marked(service.token);
  const [busyBefore, cpuBefore] = [await busySeconds(), cpuSeconds(pids)];
  const { samples, answers, perSecond, from } = await load();
  const cpu = cpuSeconds(pids) - cpuBefore;
  const busy = (await busySeconds()) - busyBefore;
  const times = Float64Array.from(
    samples.filter(({ outcome }) => outcome === "ok"),
    (sample) => sample.completedMs - sample[from],
  ).sort();
  return {
    perSecond,
    cpuMs: (1000 * cpu) / answers,
    othersCpuMs: (1000 * (busy - cpu)) / answers,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    answered: times.length,
    failed: samples.length - times.length,
    stages: stageAccount(samples, (sample) => sample.completedMs - sample[from]),
  };
}
