import { randomStream } from "../../workloads/random/random.ts";
import { mean } from "../statistics/moments.ts";
import { selectedQuantile } from "../statistics/quantile.ts";
import { hasRequests, replicates, type Stretch, stretchOf, whyNone } from "./lindley.ts";
import type { Model, ModelContext } from "./model.ts";

/**
 * Simulates the trial's own schedule with servers that take every waiting request, up to the largest batch:
 *
 *   T(n) = b + a n      n requests in the batch; a + b is the idle service, b + a B what a full batch of B takes
 *
 * `a` cannot be had from the idle service. It comes from the variant's throughput under overload, where every batch is
 * full: T(B) = c B / throughput, with c servers.
 */
export const batchService: Model = {
  name: "batch-service",
  law: "batch service of linear time, T(n) = b + a n (Inoue, arXiv 1912.06322), followed on each trial's own schedule: a free server takes every waiting request, up to its largest batch; a + b from requests that found the service idle, a from the throughput of the variant's overloaded trials",
  error:
    "exact for batches in order of arrival whose time grows by the same step with each request; it predicts too slow for batches sorted by length, too fast for padded batches",
  predict(context) {
    const { trials, batch, serviceMs, saturatedPerSecond } = context;
    if (batch.most === 1) return [];
    if (serviceMs.length === 0) return none("no request found the service idle");
    if (saturatedPerSecond === null) {
      return none("no overloaded trial of this variant shows how long a full batch takes");
    }
    const followed = trials.map(stretchOf).filter(hasRequests);
    if (followed.length === 0) return none(whyNone(trials));
    const stepMs = stepOf(mean(serviceMs), saturatedPerSecond, context);
    const runs = followed.map((stretch) => follow(stretch, stepMs, context));
    return [
      { metric: "p50", value: Math.exp(mean(runs.map(({ p50 }) => Math.log(p50)))), why: "" },
      { metric: "mean", value: Math.exp(mean(runs.map((run) => Math.log(run.mean)))), why: "" },
    ];
  },
};

/** What each further request of a batch adds, ms: `a`. A full batch that is no slower than one request adds nothing. */
function stepOf(oneMs: number, saturatedPerSecond: number, { batch }: ModelContext): number {
  const fullMs = (1000 * batch.servers * batch.most) / saturatedPerSecond;
  return Math.max(0, (fullMs - oneMs) / (batch.most - 1));
}

function follow(
  { id, scheduledMs, first, last }: Stretch,
  stepMs: number,
  { batch, serviceMs }: ModelContext,
) {
  const random = randomStream(id, "batch-service");
  const oneMs = mean(serviceMs);
  // A batch is as slow as the requests in it: the idle service's own variation, on the whole batch.
  const time = (n: number) =>
    ((oneMs + stepMs * (n - 1)) / oneMs) * serviceMs[random.index(serviceMs.length)]!;
  const runs = Array.from({ length: replicates }, () => {
    const responses = batchResponses(scheduledMs, batch, time).subarray(first, last);
    const average = mean(responses);
    return { mean: average, p50: selectedQuantile(responses, 0.5) };
  });
  return { p50: mean(runs.map(({ p50 }) => p50)), mean: mean(runs.map((run) => run.mean)) };
}

/**
 * Response times before `servers` that each take what waits when they begin, in order of arrival, up to `most`.
 * @param arrivals ms, ascending
 * @param time of a batch of n, ms
 */
export function batchResponses(
  arrivals: Float64Array,
  { servers, most }: ModelContext["batch"],
  time: (n: number) => number,
): Float64Array {
  const free = new Float64Array(servers).fill(Number.NEGATIVE_INFINITY);
  const responses = new Float64Array(arrivals.length);
  for (let row = 0; row < arrivals.length; ) {
    let earliest = 0;
    for (let server = 1; server < servers; server++) if (free[server]! < free[earliest]!) earliest = server;
    const started = Math.max(arrivals[row]!, free[earliest]!);
    let end = row + 1;
    while (end < arrivals.length && end - row < most && arrivals[end]! <= started) end++;
    const completed = started + time(end - row);
    free[earliest] = completed;
    for (; row < end; row++) responses[row] = completed - arrivals[row]!;
  }
  return responses;
}

function none(why: string) {
  return [
    { metric: "p50" as const, value: null, why },
    { metric: "mean" as const, value: null, why },
  ];
}
