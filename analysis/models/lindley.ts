import { randomStream } from "../../workloads/random/random.ts";
import { mean } from "../statistics/moments.ts";
import { selectedQuantile } from "../statistics/quantile.ts";
import { countBefore } from "../trial/in-flight.ts";
import type { Model, ModelTrial } from "./model.ts";

/** Predictions per trial, each with its own draw of service times. */
export const replicates = 5;
/** Of a longer window so many requests are followed: enough for p50 and mean, and bounded. As many before it, so that its queue is there. */
export const mostRequests = 20_000;

/** The queue that the trial's own schedule makes before its servers: no assumption about the arrivals at all. */
export const lindley: Model = {
  name: "lindley",
  law: "trace-driven Lindley recursion (1952): start = max(arrival, earliest free of c servers), service times drawn from those of requests that found the service idle",
  error:
    "exact for first come, first served and service times that do not depend on load; it predicts more than measured where requests are batched or a busy service is faster than an idle one (warm caches), and less where requests slow each other down",
  predict({ trials, servers, serviceMs }) {
    if (serviceMs.length === 0) return none("no request found the service idle");
    const followed = trials.map(stretchOf).filter(hasRequests);
    if (followed.length === 0) return none(whyNone(trials));
    const runs = followed.map((stretch) => follow(stretch, servers, serviceMs));
    return [
      { metric: "p50", value: Math.exp(mean(runs.map(({ p50 }) => Math.log(p50)))), why: "" },
      { metric: "mean", value: Math.exp(mean(runs.map((run) => Math.log(run.mean)))), why: "" },
    ];
  },
};

/** The part of a trial's schedule that a model follows. */
export interface Stretch {
  readonly id: string;
  readonly scheduledMs: Float64Array;
  /** Rows of it that are in the window; those before `first` are there for the queue that they leave. */
  readonly first: number;
  readonly last: number;
}

export function stretchOf({ id, scheduledMs, fromMs, toMs }: ModelTrial): Stretch {
  const first = countBefore(scheduledMs, fromMs);
  const last = Math.min(countBefore(scheduledMs, toMs), first + mostRequests);
  const start = Math.max(0, first - mostRequests);
  return { id, scheduledMs: scheduledMs.subarray(start, last), first: first - start, last: last - start };
}

export function hasRequests({ first, last }: Stretch): boolean {
  return last > first;
}

/** Where no trial has a stretch to follow. */
export function whyNone(trials: readonly ModelTrial[]): string {
  return trials.length === 0 ? "no valid trial without overload" : "no request was scheduled in the windows";
}

function follow({ id, scheduledMs, first, last }: Stretch, servers: number, serviceMs: Float64Array) {
  const random = randomStream(id, "lindley");
  const service = () => serviceMs[random.index(serviceMs.length)]!;
  const runs = Array.from({ length: replicates }, () => {
    const responses = lindleyResponses(scheduledMs, servers, service).subarray(first, last);
    // The mean first: a selection changes the order of what is summed.
    const average = mean(responses);
    return { mean: average, p50: selectedQuantile(responses, 0.5) };
  });
  return { p50: mean(runs.map(({ p50 }) => p50)), mean: mean(runs.map((run) => run.mean)) };
}

/** Response times of a first-come-first-served queue with `servers` in parallel, from its arrivals (ms, ascending). */
export function lindleyResponses(
  arrivals: Float64Array,
  servers: number,
  service: () => number,
): Float64Array {
  const free = new Float64Array(servers).fill(Number.NEGATIVE_INFINITY);
  const responses = new Float64Array(arrivals.length);
  for (let row = 0; row < arrivals.length; row++) {
    let earliest = 0;
    for (let server = 1; server < servers; server++) if (free[server]! < free[earliest]!) earliest = server;
    const completed = Math.max(arrivals[row]!, free[earliest]!) + service();
    free[earliest] = completed;
    responses[row] = completed - arrivals[row]!;
  }
  return responses;
}

function none(why: string) {
  return [
    { metric: "p50" as const, value: null, why },
    { metric: "mean" as const, value: null, why },
  ];
}
