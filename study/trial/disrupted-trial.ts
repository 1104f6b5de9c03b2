/** One trial under a disruption: the load as in any other, the injector and the watch beside it, on one clock. */
import type { PlannedTrial } from "../../analysis/schema/results-folder.ts";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { disruptionOf } from "../../infra/disruptions/index.ts";
import type { Endpoint, UnderTest } from "../../infra/targets/index.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import type { Driven } from "../../workloads/drive/drive.ts";
import { randomStream } from "../../workloads/random/random.ts";
import { monotonicMs } from "../../workloads/samples/clock.ts";
import {
  type TimelineEvent,
  type TimelineFile,
  timelineSchemaVersion,
} from "../../workloads/samples/timeline.ts";
import { slotsOf } from "../../workloads/spec/injections.ts";
import type { DisruptionSpec } from "../../workloads/spec/spec.ts";
import { until, whyNotDrained } from "./drain.ts";
import { type Clock, inject } from "./injector.ts";

export interface DisruptedRequest {
  readonly spec: DisruptionSpec;
  readonly trial: PlannedTrial;
  readonly warmupSeconds: number;
  readonly endpoint: Endpoint;
  readonly underTest: UnderTest;
  /** As the load asks. */
  readonly asked: Asked;
  /** An answer within this is one of a steady service. */
  readonly responseMs: number;
  readonly signal: AbortSignal;
  /** Drives the trial's schedule to this address. */
  drive(url: string, onStart: (startMs: number) => void): Promise<Driven>;
}

export interface Disrupted {
  readonly driven: Driven;
  readonly timeline: TimelineFile;
}

export async function driveDisrupted(request: DisruptedRequest): Promise<Disrupted> {
  const { spec, trial, underTest, endpoint, warmupSeconds } = request;
  const disruption = disruptionOf(spec);
  const { service } = underTest;
  const route = (await disruption.route?.(endpoint.url)) ?? null;
  // The injector ends with the load, however that ends.
  const over = new AbortController();
  const signal = AbortSignal.any([request.signal, over.signal]);
  const events: TimelineEvent[] = [];
  let injecting: ReturnType<typeof inject> = Promise.resolve([]);
  let unwatch = async () => {};
  try {
    const driven = await request.drive(route?.url ?? endpoint.url, (startMs) => {
      const clock = trialClock(startMs);
      unwatch = underTest.watch((event) => events.push({ atMs: clock.nowMs(), ...event }));
      injecting = inject({
        name: spec.kind,
        ...{ disruption, underTest, clock, signal },
        settings: spec.settings,
        slots: slotsOf(spec, trial.seed, warmupSeconds),
        route: route?.handle ?? null,
        random: randomStream(trial.seed, "subjects"),
        unsteady: () => unsteady(request, route?.url ?? endpoint.url),
      });
    });
    over.abort();
    const injections = await injecting;
    return {
      driven,
      timeline: {
        schemaVersion: timelineSchemaVersion,
        disruption: spec.kind,
        replicas: "replicas" in service ? service.replicas : 1,
        injections: [...injections],
        events: events.sort((a, b) => a.atMs - b.atMs),
      },
    };
  } finally {
    over.abort();
    await injecting;
    await unwatch();
    await route?.end();
  }
}

const settleWithinMs = 120_000;

type SettleRequest = Pick<DisruptedRequest, "underTest" | "endpoint" | "asked" | "responseMs" | "signal">;

/** Waits for the service to be steady again after its trial. @throws TestbedError where it does not become so */
export async function settle(request: SettleRequest): Promise<Endpoint> {
  const { underTest, endpoint, signal } = request;
  let settled: Endpoint | undefined;
  const look = async () => {
    try {
      const why = await unsteady(request, endpoint.url);
      if (why === "") settled = await underTest.now();
      return why;
    } catch (error) {
      // What was told to end answers until it does: it may be gone between the two.
      return messageOf(error);
    }
  };
  const why = await until(look, settleWithinMs, signal);
  if (settled !== undefined) return settled;
  throw new TestbedError(
    "runFailed",
    `the service was not steady ${settleWithinMs / 1000} s after its disruption: ${why}`,
    { hint: `Its log: ${endpoint.logFile}` },
  );
}

const steadyAnswers = 3;

/** Everything of it is there, and requests like those of the load are answered in time. */
async function unsteady(
  { underTest, asked, responseMs, signal }: Omit<SettleRequest, "endpoint">,
  url: string,
): Promise<string> {
  try {
    const why = await underTest.whyNotReady();
    if (why !== "") return why;
  } catch (error) {
    return messageOf(error);
  }
  return whyNotDrained({ url, asked, responseMs, answers: steadyAnswers, signal });
}

function trialClock(startMs: number): Clock {
  const nowMs = () => monotonicMs() - startMs;
  return {
    nowMs,
    until: (atMs, signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          resolve();
        };
        const timer = setTimeout(done, Math.max(0, atMs - nowMs()));
        signal.addEventListener("abort", done);
        if (signal.aborted) done();
      }),
  };
}
