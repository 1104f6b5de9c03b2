/**
 * A closed loop against a service, for calibration and warm-up: it finds the highest throughput. It is not a load that
 * users produce.
 */
import { checkSecure, withCredentials } from "../ask/address.ts";
import type { Asked } from "../ask/asked.ts";
import type { FailureExample } from "../generator/failures.ts";
import { runGenerators } from "../generator/processes.ts";
import { toSamples } from "../generator/recorder.ts";
import type { Sample } from "../samples/sample.ts";
import { drawnRequests } from "./payload-memory.ts";

export interface ClosedLoopRequest {
  readonly url: string;
  readonly asked: Asked;
  readonly connections: number;
  /** Length of the measurement. */
  readonly seconds: number;
  /** Load before it whose samples are left out. */
  readonly warmupSeconds: number;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ClosedLoopResult {
  /**
   * Sent and concluded; the start is that of the loop, warm-up included. Scheduled is sent: a closed loop has no
   * schedule, which is what hides a standstill in its response times.
   */
  readonly samples: Sample[];
  /** Right answers that completed in the measurement / its seconds. */
  readonly throughputPerSecond: number;
  /** The first different ones. */
  readonly failures: readonly FailureExample[];
}

export async function closedLoop(request: ClosedLoopRequest): Promise<ClosedLoopResult> {
  const { warmupSeconds, seconds, signal } = request;
  await checkSecure(request.url, request.asked.ask);
  const drawn = drawnRequests(request.asked.requests, request.seed);
  const { results } = await runGenerators(
    [
      {
        kind: "closed",
        judge: request.asked.judge,
        requests: drawn.requests,
        ...withCredentials(request.url, request.asked.ask),
        timeoutMs: request.timeoutMs,
        mostConnections: request.connections,
        users: request.connections,
        seconds: warmupSeconds + seconds,
        seed: request.seed,
      },
    ],
    signal,
  );
  const { columns, scheduledMs, payloads } = results[0]!;
  const all = toSamples(columns, 0, (row) => ({
    seq: row,
    scheduledMs: scheduledMs[row]!,
    payload: drawn.indices[payloads[row]!]!,
  }));
  const samples = all.filter(({ completedMs }) => completedMs >= warmupSeconds * 1000);
  const answered = samples.filter(({ outcome }) => outcome === "ok").length;
  return { samples, throughputPerSecond: answered / seconds, failures: results[0]!.failures };
}
