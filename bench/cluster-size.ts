/**
 * `npm run bench:cluster-size`: a cluster before it exists. The study's load at 50,000 requests a second on the known-answer
 * model, in virtual time: c replicas behind one queue and behind a balancer that knows nothing (each request to one replica
 * at random), each with some cores that run batches by the law a + b n. Which number of replicas holds the SLO, and what it costs to spread
 * blindly.
 *
 *   npm run bench:cluster-size -- <rate/s> <seconds> <cores a replica> <fixed ms> <per text ms> <largest batch> <slo p99 ms>
 *
 * The default law is int8 on one core of the machine in docs/cluster.md: 13.6 ms alone, 60.6 ms for eight of like length.
 */
import { quantile, sorted } from "../analysis/statistics/quantile.ts";
import { queue, type ServiceLaw } from "../infra/known-answer/queue.ts";
import { table } from "../study/terminal/print.ts";
import { randomStream } from "../workloads/random/random.ts";
import { materialise } from "../workloads/schedule/schedule.ts";

const [rate = 50_000, seconds = 3, cores = 4, fixedMs = 6.9, perItemMs = 6.7, most = 8, sloMs = 200] =
  process.argv.slice(2).map(Number);
const service: ServiceLaw = { kind: "batch", fixedMs, perItemMs, most };
/** Most that one replica can answer: full batches, one after the other. */
const perReplica = (1000 * cores * most) / (fixedMs + most * perItemMs);
const warmupMs = 1_000;
const started = performance.now();
const rows: string[][] = [];

for (const cv of [1, 4]) {
  const { offsetsMs } = materialise({
    arrival: { kind: "gamma", cv },
    ratePerSecond: rate,
    durationSeconds: seconds,
    seed: 1,
    payloadCount: 1,
  });
  for (const replicas of sizes()) {
    const blind = spread(offsetsMs, replicas);
    const shared = behindOne(offsetsMs, replicas);
    rows.push([
      String(cv),
      String(replicas),
      ((100 * rate) / (replicas * perReplica)).toFixed(0),
      ...[blind, shared].flatMap((responses) => {
        const [p50, p99] = [quantile(responses, 0.5), quantile(responses, 0.99)];
        return [p50.toFixed(1), p99.toFixed(1), p99 <= sloMs ? "yes" : "no"];
      }),
    ]);
  }
}

process.stdout.write(
  `${rate}/s for ${seconds} s, ${cores} cores a replica, a batch of n takes ${fixedMs} + ${perItemMs} n ms, up to ${most}: at most ` +
    `${perReplica.toFixed(0)}/s a replica. Simulated; the first second left out.\n` +
    `${table([
      [
        "cv",
        "replicas",
        "load, %",
        "random: p50 ms",
        "p99 ms",
        `within ${sloMs}`,
        "one queue: p50 ms",
        "p99 ms",
        `within ${sloMs}`,
      ],
      ...rows,
    ])}\n${((performance.now() - started) / 1000).toFixed(1)} s\n`,
);

/** From just enough to twice as many, and a round hundred where that lies between. */
function sizes(): number[] {
  const least = Math.ceil(rate / perReplica);
  return [...new Set([...[1.02, 1.1, 1.25, 1.5, 2].map((by) => Math.ceil(least * by)), 100])]
    .filter((replicas) => replicas >= least)
    .sort((a, b) => a - b);
}

/** A share of the arrivals for each replica, drawn request by request. */
function spread(offsetsMs: Float64Array, replicas: number) {
  const random = randomStream(1, "balancer");
  const lanes = Array.from({ length: replicas }, () => queue<number>({ service, servers: cores }));
  for (const at of offsetsMs) lanes[random.index(replicas)]!.arrive(at, at);
  return responsesOf(lanes);
}

function behindOne(offsetsMs: Float64Array, replicas: number) {
  const one = queue<number>({ service, servers: replicas * cores });
  for (const at of offsetsMs) one.arrive(at, at);
  return responsesOf([one]);
}

function responsesOf(lanes: readonly ReturnType<typeof queue<number>>[]) {
  const responses: number[] = [];
  for (const lane of lanes) {
    for (const { item, atMs } of lane.completedBy(Number.POSITIVE_INFINITY)) {
      if (item >= warmupMs) responses.push(atMs - item);
    }
  }
  return sorted(Float64Array.from(responses));
}
