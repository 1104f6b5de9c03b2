import { randomStream } from "../../workloads/random.ts";
import { countBefore } from "../flight.ts";
import { mean } from "../moments.ts";
import { selectedQuantile } from "../quantile.ts";
import type { Model, ModelTrial } from "./model.ts";

/** Predictions per trial, each with its own draw of service times. */
export const replicates = 5;
/** Longer trials are followed for so many requests: enough for p50 and mean, and bounded. */
export const mostRequests = 20_000;

/** The queue that the trial's own schedule makes before its servers: no assumption about the arrivals at all. */
export const lindley: Model = {
  name: "lindley",
  law: "trace-driven Lindley recursion (1952): start = max(arrival, earliest free of c servers), service times drawn from those of requests that found the service idle",
  error:
    "exact for first come, first served and service times that do not depend on load; above the measured where requests are batched or a busy service is faster than an idle one (warm caches), below where requests slow each other down",
  predict({ trials, servers, serviceMs }) {
    if (serviceMs.length === 0) return none("no request found the service idle");
    const runs = trials.map((trial) => follow(trial, servers, serviceMs));
    if (runs.length === 0) return none("no valid trial without overload");
    return [
      { metric: "p50", value: Math.exp(mean(runs.map(({ p50 }) => Math.log(p50)))), why: "" },
      { metric: "mean", value: Math.exp(mean(runs.map((run) => Math.log(run.mean)))), why: "" },
    ];
  },
};

function follow(trial: ModelTrial, servers: number, serviceMs: Float64Array): { p50: number; mean: number } {
  const random = randomStream(trial.id, "lindley");
  const scheduledMs = trial.scheduledMs.subarray(0, mostRequests);
  const first = countBefore(scheduledMs, trial.fromMs);
  const last = countBefore(scheduledMs, trial.toMs);
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
