/**
 * A schedule: every send instant and payload of a run, made before the first request. Two runs on one schedule send
 * exactly the same requests; its digest proves it, and is the same on every machine.
 */
import { createHash } from "node:crypto";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import type { ScheduleSize } from "../arrivals/arrival.ts";
import { type ArrivalSpec, arrivalOf } from "../arrivals/index.ts";
import { type Random, randomStream } from "../random/random.ts";

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
 * A cv this high for this few requests: their number alone would vary by cv / sqrt(n), more than 70 % of its mean, and
 * the draw would say nothing about the law.
 */
const leastRequestsPerSquaredCv = 2;

/** @throws TestbedError where the request makes no sense, with every problem */
export function materialise(request: ScheduleRequest): Schedule {
  const problems = [
    ...scheduleProblems(request),
    ...(Number.isInteger(request.seed) && request.seed >= 0
      ? []
      : [problem("seed", "a whole number, at least 0", request.seed)]),
  ];
  if (problems.length > 0) throw new TestbedError("badInput", "the schedule cannot be made", { problems });
  const { arrival, durationSeconds, seed, payloadCount } = request;
  const ratePerSecond = arrivalOf(arrival).ownRate?.(arrival) ?? request.ratePerSecond;
  const offsetsMs = drawOffsetsMs(
    arrival,
    { ratePerSecond, durationSeconds },
    randomStream(seed, "arrivals"),
  );
  const draw = randomStream(seed, "payloads");
  const payloads = Uint32Array.from(offsetsMs, () => draw.index(payloadCount));
  const digest = scheduleDigest(offsetsMs, payloads);
  return { arrival, ratePerSecond, durationSeconds, seed, offsetsMs, payloads, digest };
}

/**
 * Arrivals are drawn until one falls beyond the duration; that one is not sent. The end is never rescaled: a process
 * forced to end at n/rate has lost the variance of its count.
 */
export function drawOffsetsMs(arrival: ArrivalSpec, size: ScheduleSize, random: Random): Float64Array {
  const next = arrivalOf(arrival).gaps(arrival, size, random);
  const endNs = size.durationSeconds * 1e9;
  const offsets: number[] = [];
  // Whole nanoseconds are summed exactly: no rounding error grows with the length of the schedule.
  for (let atNs = Math.round(next() * 1e9); atNs <= endNs; atNs += Math.round(next() * 1e9)) {
    offsets.push(atNs / 1e6);
  }
  return Float64Array.from(offsets);
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

/** Everything that would keep a request from becoming a schedule; empty where nothing does. */
export function scheduleProblems(request: Omit<ScheduleRequest, "seed">): Problem[] {
  const { arrival, ratePerSecond, durationSeconds, payloadCount } = request;
  const problems = [
    ...positive("rate", ratePerSecond, "requests per second"),
    ...positive("duration", durationSeconds, "seconds"),
    ...(payloadCount >= 1 ? [] : [problem("payload", "at least one text", payloadCount)]),
    ...(arrivalOf(arrival).check?.(arrival) ?? []),
  ];
  if (problems.length > 0) return problems;
  const expected = ratePerSecond * durationSeconds;
  const cv = arrivalOf(arrival).cv(arrival) ?? 1;
  if (expected < 1) {
    problems.push(problem("duration", `at least one mean gap, ${1 / ratePerSecond} s`, durationSeconds));
  }
  if (expected > mostRequests) {
    problems.push(problem("rate x duration", `at most ${mostRequests} requests`, expected));
  }
  if (cv > 1 && expected >= 1 && expected < leastRequestsPerSquaredCv * cv ** 2) {
    const least = Math.ceil((leastRequestsPerSquaredCv * cv ** 2) / ratePerSecond);
    const needed = `at least ${least} s for cv ${Number(cv.toPrecision(4))} at this rate`;
    problems.push(problem("duration", needed, durationSeconds));
  }
  return problems;
}

function positive(path: string, value: number, unit: string) {
  return Number.isFinite(value) && value > 0 ? [] : [problem(path, `a positive number of ${unit}`, value)];
}

function problem(path: string, expected: string, got: number) {
  return { path, expected, got: String(got) };
}
