/**
 * Queues whose answer is known: the load of a simulated trial is a real schedule, its service is the Lindley recursion.
 * First come, first served, `servers` in parallel:  start_i = max(sent_i, earliest free server), in the order of the sends.
 */
import { randomStream } from "../workloads/random/random.ts";
import type { Sample } from "../workloads/samples/sample.ts";
import { materialise, type Schedule } from "../workloads/schedule/schedule.ts";
import type { ArrivalSpec } from "../workloads/spec/spec.ts";

export interface QueueRequest {
  readonly arrival: ArrivalSpec;
  /** Offered load per server: rate x mean service time / servers. */
  readonly utilisation: number;
  /** Mean number of requests in the schedule. */
  readonly requests: number;
  readonly seed: number;
  readonly servers?: number;
  /** Mean service time, ms. */
  readonly serviceMs?: number;
  /** Coefficient of variation of the service times (gamma); 0 for a constant. */
  readonly serviceCv?: number;
  /** Seed of the service times where it is not the arrivals'. */
  readonly serviceSeed?: number;
  /** How late the request at that position is sent, ms; on time without. */
  readonly lateMs?: (seq: number) => number;
}

export interface QueueRun {
  readonly schedule: Schedule;
  readonly samples: Sample[];
}

export function simulateQueue(request: QueueRequest): QueueRun {
  const { arrival, utilisation, requests, seed, servers = 1, serviceMs = 100, serviceCv = 0 } = request;
  const ratePerSecond = (utilisation * servers * 1000) / serviceMs;
  const schedule = materialise({
    arrival,
    ratePerSecond,
    durationSeconds: requests / ratePerSecond,
    seed,
    payloadCount: 100,
  });
  const draw = serviceTimes(request.serviceSeed ?? seed, serviceMs, serviceCv);
  const free = new Float64Array(servers);
  const sends = Array.from(schedule.offsetsMs, (scheduledMs, seq) => ({
    seq,
    scheduledMs,
    sentMs: scheduledMs + (request.lateMs?.(seq) ?? 0),
    serviceMs: draw(),
  })).sort((a, b) => a.sentMs - b.sentMs || a.seq - b.seq);
  const samples = sends.map(({ seq, scheduledMs, sentMs, serviceMs: takes }): Sample => {
    const server = free.indexOf(Math.min(...free));
    const completedMs = Math.max(sentMs, free[server]!) + takes;
    free[server] = completedMs;
    return {
      seq,
      scheduledMs,
      sentMs,
      firstByteMs: completedMs,
      completedMs,
      outcome: "ok",
      status: 200,
      bytes: 20,
      payload: schedule.payloads[seq]!,
      label: "positive",
      server: String(server),
      worker: 0,
    };
  });
  return { schedule, samples };
}

function serviceTimes(seed: number, mean: number, cv: number): () => number {
  if (cv === 0) return () => mean;
  const random = randomStream(seed, "service");
  return () => random.gamma(1 / cv ** 2) * cv ** 2 * mean;
}
