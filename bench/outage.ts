/**
 * Queues with scripted outages: what happens to every request follows from the script, so every measure of recovery is
 * known. First come, first served, constant service time, `servers` in parallel.
 *
 *   hang     no work is done from the injection on for `forMs`; requests wait
 *   refuse   what is under way at the injection is reset, and what arrives within `forMs` of it is refused at once
 *   none     nothing happens: the control
 */

import type { Sample } from "../workloads/samples/sample.ts";
import type { TimelineFile } from "../workloads/samples/timeline.ts";
import { materialise, type Schedule } from "../workloads/schedule/schedule.ts";
import { slotsOf } from "../workloads/spec/injections.ts";
import type { ArrivalSpec, DisruptionSpec } from "../workloads/spec/spec.ts";
import type { SimulatedTrial } from "./results-folder.ts";

export interface Outage {
  readonly kind: "hang" | "refuse" | "none";
  /** By injection, ms; Infinity never ends. */
  readonly forMs: (injection: number) => number;
}

export interface OutageRequest {
  readonly arrival: ArrivalSpec;
  readonly ratePerSecond: number;
  readonly durationSeconds: number;
  readonly serviceMs: number;
  readonly servers?: number;
  readonly replicas?: number;
  readonly seed: number;
  readonly warmupSeconds: number;
  readonly disruption: DisruptionSpec;
  readonly outage: Outage;
  /** A request without an answer for this long is a timeout. */
  readonly timeoutMs?: number;
}

export function outageTrial(request: OutageRequest): SimulatedTrial & { timeline: TimelineFile } {
  const { ratePerSecond, durationSeconds, seed, serviceMs, outage } = request;
  const { servers = 1, timeoutMs = 30_000, replicas = 1 } = request;
  const schedule: Schedule = materialise({
    arrival: request.arrival,
    ratePerSecond,
    durationSeconds,
    seed,
    payloadCount: 20,
  });
  const intended = slotsOf(request.disruption, seed, request.warmupSeconds).map(
    ({ intendedMs }) => intendedMs,
  );
  const stops = intended.map((fromMs, index) => ({ fromMs, toMs: fromMs + outage.forMs(index) }));
  // An injection that is never recovered from is the last one: nobody strikes a service that is down.
  const last = stops.findIndex(({ toMs }) => outage.kind !== "none" && toMs > durationSeconds * 1000);
  const begun = last < 0 ? stops : stops.slice(0, last + 1);
  const work = outage.kind === "none" ? [] : begun;
  const free = new Float64Array(servers);
  const samples = Array.from(schedule.offsetsMs, (scheduledMs, seq): Sample => {
    const server = free.indexOf(Math.min(...free));
    const base = {
      seq,
      scheduledMs,
      sentMs: scheduledMs,
      payload: schedule.payloads[seq]!,
      server: String(server),
      worker: 0,
    };
    const failed = (completedMs: number, outcome: Sample["outcome"]): Sample => ({
      ...{
        ...base,
        completedMs,
        outcome,
        firstByteMs: Number.NaN,
        status: 0,
        bytes: 0,
        label: "",
        server: "",
      },
    });
    if (outage.kind === "refuse") {
      const down = work.find(({ fromMs, toMs }) => scheduledMs >= fromMs && scheduledMs < toMs);
      if (down !== undefined) return failed(scheduledMs + 0.5, "refused");
      const completedMs = Math.max(scheduledMs, free[server]!) + serviceMs;
      const reset = work.find(({ fromMs }) => scheduledMs < fromMs && completedMs > fromMs);
      if (reset !== undefined) return failed(reset.fromMs, "reset");
      free[server] = completedMs;
      return answered(base, completedMs);
    }
    const start = Math.max(scheduledMs, free[server]!);
    const stop = work.find(({ fromMs, toMs }) => start < toMs && start + serviceMs > fromMs);
    const completedMs =
      stop === undefined ? start + serviceMs : stop.toMs + (start + serviceMs - Math.max(start, stop.fromMs));
    free[server] = completedMs;
    return completedMs - scheduledMs > timeoutMs
      ? failed(scheduledMs + timeoutMs, "timeout")
      : answered(base, completedMs);
  });
  return { schedule, samples, timeline: timelineOf(request, intended, begun.length, replicas) };
}

function answered(
  base: Pick<Sample, "seq" | "scheduledMs" | "sentMs" | "payload" | "server" | "worker">,
  completedMs: number,
): Sample {
  const label = base.payload % 2 === 0 ? "negative" : "positive";
  return { ...base, firstByteMs: completedMs, completedMs, outcome: "ok", status: 200, bytes: 20, label };
}

function timelineOf(
  { disruption, outage }: OutageRequest,
  intended: readonly number[],
  begun: number,
  replicas: number,
): TimelineFile {
  const injections = intended.map((intendedMs, index) => ({
    index,
    intendedMs,
    startedMs: index < begun ? intendedMs : null,
    injectedMs: index < begun ? intendedMs + 2 : null,
    undoneMs: null,
    steadyBefore: index < begun,
    subject: "the scripted queue",
    mechanism: outage.kind,
    error: index < begun ? "" : "the service was not steady again",
  }));
  const events = injections.flatMap(({ startedMs, index }) => {
    const toMs = startedMs === null ? Number.NaN : startedMs + outage.forMs(index);
    return outage.kind === "none" || !Number.isFinite(toMs)
      ? []
      : [{ atMs: toMs, source: "process" as const, kind: "listening", subject: "the queue", statedAt: "" }];
  });
  return { schemaVersion: 1, disruption: disruption.kind, replicas, injections, events };
}
