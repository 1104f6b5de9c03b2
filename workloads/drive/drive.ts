/**
 * The open-loop driver: it sends every request of a schedule at its instant, from one absolute start, in the
 * generator's own processes; a slow answer to one request delays no other.
 *
 * Response time counts from the scheduled instant. No cap closes the loop silently: where `mostConnections` is hit,
 * the request is a sample with the outcome `dropped`. After the last send, answers are awaited for up to `timeoutMs`.
 */
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { arrivalOf } from "../arrivals/index.ts";
import { checkSecure, withCredentials, withoutCredentials } from "../ask/address.ts";
import type { Asked } from "../ask/asked.ts";
import { type FailureExample, firstExamples } from "../generator/failures.ts";
import { combine, type LiveSnapshot, quantileMs } from "../generator/live.ts";
import type { ClosedLoopJob, GeneratorResult, OpenLoopJob } from "../generator/messages.ts";
import { runGenerators, soon } from "../generator/processes.ts";
import type { GeneratorHealth, Sample } from "../samples/sample.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { closedSamples, merge, quantile } from "./merge.ts";
import { heldRequests } from "./payload-memory.ts";

export interface DriveRequest {
  readonly url: string;
  readonly schedule: Schedule;
  /** Its requests are the payloads of the schedule. */
  readonly asked: Asked;
  /** Per request, from its send. */
  readonly timeoutMs: number;
  /** Processes over which the one schedule is dealt. */
  readonly workers?: number;
  /** Open at the same time, over all workers. */
  readonly mostConnections?: number;
  readonly signal: AbortSignal;
  readonly progress?: (live: Live) => void;
  /** Called once, ahead of it, with the absolute start; monotonic ms. */
  readonly onStart?: (startMs: number) => void;
}

/** What a worker's share is made from. */
export type DealRequest = Omit<DriveRequest, "signal" | "progress" | "onStart">;

export interface Driven {
  /** In the order of the schedule. */
  readonly samples: Sample[];
  readonly health: GeneratorHealth;
  /** The first different ones. */
  readonly failures: readonly FailureExample[];
}

/** How a run is getting on; approximate where the samples are exact. */
export interface Live {
  readonly offered: number;
  readonly inFlight: number;
  readonly done: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly secondsLeft: number;
  readonly text: string;
}

export const defaultMostConnections = 4096;
const mostWorkers = 256;

/** What would keep a run from starting at all; empty where nothing does. */
export function driveProblems({
  url,
  workers = 1,
}: {
  readonly url: string;
  readonly workers?: number;
}): Problem[] {
  const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: "" };
  return [
    ...(protocol === "http:" || protocol === "https:"
      ? []
      : [
          {
            path: "url",
            expected: "an address such as http://127.0.0.1:3000/classify, of http or https",
            got: withoutCredentials(url),
          },
        ]),
    ...(Number.isInteger(workers) && workers >= 1 && workers <= mostWorkers
      ? []
      : [{ path: "workers", expected: `a whole number from 1 to ${mostWorkers}`, got: String(workers) }]),
  ];
}

/** @throws TestbedError (badInput) before anything starts, and where a generator process died or the workers' samples do not add up to one schedule */
export async function drive(request: DriveRequest): Promise<Driven> {
  const { schedule, signal } = request;
  const problems = driveProblems(request);
  if (problems.length > 0) throw new TestbedError("badInput", "the load cannot be driven", { problems });
  await checkSecure(request.url, request.asked.ask);
  const jobs = jobsFor(request);
  const beganMs = performance.now();
  const { results, nice } = await runGenerators(
    jobs,
    signal,
    (lives) => request.progress?.(liveOf(lives, schedule, performance.now() - beganMs)),
    async () => {
      const startMs = soon();
      request.onStart?.(startMs);
      return startMs;
    },
  );
  return drivenOf(schedule, results, { nice });
}

/**
 * The samples and the health of a run whose processes are done, wherever they ran.
 * @throws TestbedError where the workers' samples do not add up to one schedule
 */
export function drivenOf(
  schedule: Schedule,
  results: readonly GeneratorResult[],
  place: Pick<GeneratorHealth, "nice" | "priorityNote" | "nodes">,
): Driven {
  const { closed, saturates } = arrivalOf(schedule.arrival);
  const samples = closed ? closedSamples(schedule, results[0]!) : merge(schedule, results);
  const lateness = Float64Array.from(
    samples.filter(({ sentMs }) => !Number.isNaN(sentMs)),
    ({ sentMs, scheduledMs }) => sentMs - scheduledMs,
  ).sort();
  const wallSeconds = Math.max(...results.map((result) => result.wallSeconds));
  return {
    samples,
    failures: firstExamples(results.map((result) => result.failures)),
    health: {
      workers: results.length,
      // Of a schedule that only says in which order to ask: as far as the service has come.
      scheduled: saturates ? results[0]!.columns.outcome.length : schedule.offsetsMs.length,
      recorded: samples.length,
      latenessMs: { p50: quantile(lateness, 0.5), p99: quantile(lateness, 0.99), max: lateness.at(-1) ?? 0 },
      cpuCores: results.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / Math.max(wallSeconds, 1e-9),
      wallSeconds,
      throttledShare: worst(results.map((result) => result.throttledShare)),
      ...place,
      realTime: results.every(({ realTime }) => realTime),
      connectionsOpened: results.reduce((sum, { connectionsOpened }) => sum + connectionsOpened, 0),
      ...(results.some(({ servesOneConnection }) => servesOneConnection)
        ? { servesOneConnection: true }
        : {}),
      partial: results.some(({ partial }) => partial),
    },
  };
}

function worst(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  return known.length < shares.length ? null : Math.max(...known);
}

function jobsFor(request: DriveRequest): (OpenLoopJob | ClosedLoopJob)[] {
  const { schedule, workers = 1 } = request;
  const { arrival } = schedule;
  if (arrival.kind !== "closed-loop" && arrival.kind !== "saturation") {
    return Array.from({ length: workers }, (_, worker) => deal(request, worker, workers));
  }
  const { users } = arrival;
  const { requests, payloads } = deal(request, 0, 1);
  // One process: users who wait for answers do not keep more than one busy.
  const job = { ...common(request), kind: "closed", mostConnections: users, requests, users } as const;
  const { seed, durationSeconds } = schedule;
  if (arrival.kind === "saturation") return [{ ...job, seed, seconds: durationSeconds, turns: { payloads } }];
  const gapsMs = schedule.offsetsMs.map(
    (offset, row) => (offset - (schedule.offsetsMs[row - 1] ?? 0)) * users,
  );
  return [{ ...job, seed, seconds: Number.POSITIVE_INFINITY, turns: { payloads, gapsMs } }];
}

/** Requests worker, worker + W, worker + 2 W ... of the schedule, with what they carry. */
export function deal(request: DealRequest, worker: number, workers: number): OpenLoopJob {
  const { schedule, asked, mostConnections = defaultMostConnections } = request;
  const { used, offsetsMs, payloads } = dealt(schedule, worker, workers);
  return {
    ...common(request),
    kind: "open",
    requests: heldRequests(asked.requests, used),
    mostConnections: Math.max(1, Math.floor(mostConnections / workers)),
    offsetsMs,
    payloads,
  };
}

/** @returns the payloads that this worker uses, in the order of their first use, and its rows with indices into these */
export function dealt(schedule: Schedule, worker: number, workers: number) {
  const rows = Math.max(0, Math.ceil((schedule.offsetsMs.length - worker) / workers));
  const used = new Map<number, number>();
  const offsetsMs = new Float64Array(rows);
  const payloads = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const seq = worker + row * workers;
    const payload = schedule.payloads[seq]!;
    if (!used.has(payload)) used.set(payload, used.size);
    offsetsMs[row] = schedule.offsetsMs[seq]!;
    payloads[row] = used.get(payload)!;
  }
  return { used: [...used.keys()], offsetsMs, payloads };
}

function common({ url, timeoutMs, asked: { ask, judge } }: DealRequest) {
  return { ...withCredentials(url, ask), timeoutMs, judge };
}

function liveOf(lives: readonly (LiveSnapshot | undefined)[], schedule: Schedule, elapsedMs: number): Live {
  const snapshot = combine(lives.filter((live) => live !== undefined));
  const of = arrivalOf(schedule.arrival).saturates ? "" : `/${schedule.offsetsMs.length}`;
  const live = {
    offered: snapshot.sent,
    inFlight: Math.max(0, snapshot.sent - snapshot.done),
    done: snapshot.done,
    failed: snapshot.failed,
    p50Ms: quantileMs(snapshot, 0.5),
    p99Ms: quantileMs(snapshot, 0.99),
    secondsLeft: Math.max(0, schedule.durationSeconds - elapsedMs / 1000),
  };
  return {
    ...live,
    text:
      `offered ${live.offered}${of}  in flight ${live.inFlight}  done ${live.done}  ` +
      `failed ${live.failed}  p50 ${shortMs(live.p50Ms)}  p99 ${shortMs(live.p99Ms)}  ` +
      `${Math.ceil(live.secondsLeft)} s left`,
  };
}

function shortMs(ms: number): string {
  return Number.isNaN(ms) ? "-" : `${Number(ms.toPrecision(3))} ms`;
}
