/**
 * A schedule: every send instant and payload of a run, made before the first request. Two runs on one schedule ask
 * exactly the same; its digest says so, and is the same on every machine.
 */
import { createHash } from "node:crypto";
import { TestbedError } from "../errors.ts";
import { arrivalOf } from "./arrivals/index.ts";
import { randomStream } from "./random.ts";
import type { ArrivalSpec } from "./spec.ts";

export interface Schedule {
  readonly arrival: ArrivalSpec;
  /** Of the law, not of the draw. */
  readonly ratePerSecond: number;
  readonly durationSeconds: number;
  readonly seed: number;
  /** Milliseconds from the start, ascending, whole nanoseconds. */
  readonly offsetsMs: Float64Array;
  /** Index of each request's payload. */
  readonly payloads: Uint32Array;
  /** Over offsets and payloads: `sha256:...`. */
  readonly digest: string;
}

export interface ScheduleRequest {
  readonly arrival: ArrivalSpec;
  readonly ratePerSecond: number;
  readonly durationSeconds: number;
  readonly seed: number;
  readonly payloadCount: number;
}

/** A longer schedule is most likely a slip of the pen: 50 million requests take 600 MB. */
const mostRequests = 50_000_000;

/**
 * Arrivals are drawn until one falls beyond the duration; that one is not sent. The end is never rescaled: a process
 * forced to end at n/rate has lost the variance of its count.
 *
 * @throws TestbedError where the request makes no sense
 */
export function materialise(request: ScheduleRequest): Schedule {
  check(request);
  const { arrival, ratePerSecond, durationSeconds, seed, payloadCount } = request;
  const next = arrivalOf(arrival).gaps(arrival, ratePerSecond, randomStream(seed, "arrivals"));
  const endNs = durationSeconds * 1e9;
  const offsets: number[] = [];
  // Whole nanoseconds are summed exactly: no rounding error grows with the length of the schedule.
  for (let atNs = Math.round(next() * 1e9); atNs <= endNs; atNs += Math.round(next() * 1e9)) {
    offsets.push(atNs / 1e6);
  }
  const draw = randomStream(seed, "payloads");
  const offsetsMs = Float64Array.from(offsets);
  const payloads = Uint32Array.from(offsetsMs, () => draw.index(payloadCount));
  return {
    arrival,
    ratePerSecond,
    durationSeconds,
    seed,
    offsetsMs,
    payloads,
    digest: scheduleDigest(offsetsMs, payloads),
  };
}

/** sha256 over each request's offset (whole nanoseconds, 64 bits) and payload (32 bits), little-endian. */
export function scheduleDigest(offsetsMs: Float64Array, payloads: Uint32Array): string {
  const bytes = Buffer.alloc(offsetsMs.length * 12);
  for (let index = 0; index < offsetsMs.length; index++) {
    bytes.writeBigUInt64LE(BigInt(Math.round(offsetsMs[index]! * 1e6)), index * 12);
    bytes.writeUInt32LE(payloads[index]!, index * 12 + 8);
  }
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function check({ ratePerSecond, durationSeconds, payloadCount }: ScheduleRequest): void {
  const problems = [
    ...positive("rate", ratePerSecond, "requests per second"),
    ...positive("duration", durationSeconds, "seconds"),
    ...(payloadCount >= 1 ? [] : [problem("payload", "at least one text", payloadCount)]),
  ];
  const expected = ratePerSecond * durationSeconds;
  if (problems.length === 0 && expected > mostRequests) {
    problems.push(problem("rate x duration", `at most ${mostRequests} requests`, expected));
  }
  if (problems.length > 0) throw new TestbedError("badInput", "the schedule cannot be made", { problems });
}

function positive(path: string, value: number, unit: string) {
  return Number.isFinite(value) && value > 0 ? [] : [problem(path, `a positive number of ${unit}`, value)];
}

function problem(path: string, expected: string, got: number) {
  return { path, expected, got: String(got) };
}
