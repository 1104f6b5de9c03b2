/**
 * `npm run bench:calibration`: the driver and recorder against the known-answer server, over real connections, long
 * enough for theory's own figures. About four minutes; an idle machine makes the overhead small and changes no verdict
 * on the shape.
 *
 * What HTTP and the two processes add to a response is measured first, at a rate without queueing, and is part of the
 * service time that the server seems to have: theory is evaluated at that.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { mean } from "../../analysis/statistics/moments.ts";
import type { QueueSpec } from "../../infra/known-answer/queue.ts";
import { classifications } from "../../infra/services/sentiment/asked.ts";
import { table } from "../../study/terminal/print.ts";
import { drive } from "../../workloads/drive/drive.ts";
import { quantile } from "../../workloads/drive/merge.ts";
import { materialise } from "../../workloads/schedule/schedule.ts";
import type { ArrivalSpec } from "../../workloads/spec/spec.ts";
import { typescriptArguments } from "../../workloads/typescript/typescript.ts";
import {
  lindleyWaits,
  md1MeanWait,
  md1WaitCdf,
  mdcMeanWait,
  mm1MeanResponse,
  mm1ResponseQuantile,
} from "./theory.ts";

const runs = 6;
const seconds = 8;
/** 99 % two-sided t, 5 degrees of freedom. */
const t = 4.032;
const serviceMs = 10;
const asked = classifications([Buffer.from('{"texts":["Fine."]}')]);
const poisson: ArrivalSpec = { kind: "exponential" };
const constant: QueueSpec = { service: { kind: "constant", ms: serviceMs }, servers: 1 };
const rows: string[][] = [];

const overhead = mean(await responses(constant, { kind: "constant" }, 20, 4, 1)) - serviceMs;
process.stdout.write(
  `${serviceMs} ms of service take ${(serviceMs + overhead).toFixed(3)} ms from send to answer\n`,
);

const wait = (ms: number) => ms - serviceMs - overhead;
await against("M/D/1, utilisation 0.6", () => constant, 60, [
  ["mean wait, ms", (r) => wait(mean(r)), md1MeanWait(0.06, serviceMs)],
  ["P(wait <= 5 ms)", (r) => shareWithin(r, 5 + serviceMs + overhead), md1WaitCdf(0.06, serviceMs, 5)],
  ["P(wait <= 20 ms)", (r) => shareWithin(r, 20 + serviceMs + overhead), md1WaitCdf(0.06, serviceMs, 20)],
]);
await against("M/D/2, utilisation 0.7", () => ({ ...constant, servers: 2 }), 140, [
  ["mean wait, ms", (r) => wait(mean(r)), mdcMeanWait(0.14, serviceMs, 2)],
]);
const exponential = (seed: number): QueueSpec => ({
  service: { kind: "exponential", meanMs: serviceMs, seed },
  servers: 1,
});
const [p50, p95] = [0.5, 0.95].map((p) => mm1ResponseQuantile(0.05, serviceMs, p)) as [number, number];
await against("M/M/1, utilisation 0.5", exponential, 50, [
  ["mean response, ms", (r) => mean(r) - overhead, mm1MeanResponse(0.05, serviceMs)],
  ["share within theory's p50", (r) => shareWithin(r, p50 + overhead), 0.5],
  ["share within theory's p95", (r) => shareWithin(r, p95 + overhead), 0.95],
]);
process.stdout.write(
  `${table([["queue", "figure", "measured", "99 % interval", "theory", "inside"], ...rows])}\n\n`,
);

for (const cv of [0.5, 2, 4]) await lindley(cv);
await standstill();

type Figure = readonly [name: string, of: (responses: Float64Array) => number, theory: number];

async function against(
  name: string,
  spec: (seed: number) => QueueSpec,
  ratePerSecond: number,
  figures: readonly Figure[],
): Promise<void> {
  const all: Float64Array[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    process.stderr.write(`${name}, run ${seed} of ${runs}\n`);
    const measured = await responses(spec(seed), poisson, ratePerSecond, seconds, seed);
    // The queue begins empty.
    all.push(measured.slice(Math.floor(measured.length / 10)));
  }
  for (const [figure, of, theory] of figures) {
    const values = all.map(of);
    const average = mean(values);
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (runs - 1));
    const half = (t * sd) / Math.sqrt(runs);
    rows.push([
      name,
      figure,
      average.toFixed(3),
      `${(average - half).toFixed(3)} to ${(average + half).toFixed(3)}`,
      theory.toFixed(3),
      Math.abs(average - theory) <= half ? "yes" : "NO",
    ]);
  }
}

function shareWithin(responses: Float64Array, ms: number): number {
  return responses.filter((response) => response <= ms).length / responses.length;
}

/** Gamma/D/1 has no simple closed form; Lindley's recursion on the same schedule is exact, request by request. */
async function lindley(cv: number): Promise<void> {
  const arrival: ArrivalSpec = { kind: "gamma", cv };
  const measured = await responses(constant, arrival, 60, seconds, 3);
  const { offsetsMs } = materialise({
    arrival,
    ratePerSecond: 60,
    durationSeconds: seconds,
    seed: 3,
    payloadCount: 1,
  });
  const waits = lindleyWaits(offsetsMs, serviceMs);
  const errors = measured.map((ms, i) => ms - waits[i]! - serviceMs).sort();
  process.stdout.write(
    `gamma/D/1, cv ${cv}: measured less Lindley's recursion, n ${errors.length}: ` +
      `p50 ${quantile(errors, 0.5).toFixed(3)}, p99 ${quantile(errors, 0.99).toFixed(3)} ms ` +
      `(waits up to ${Math.max(...waits).toFixed(0)} ms)\n`,
  );
}

async function standstill(): Promise<void> {
  const spec: QueueSpec = {
    service: { kind: "constant", ms: 2 },
    servers: 1,
    freeze: { atMs: 2_000, forMs: 6_000 },
  };
  const think: ArrivalSpec = { kind: "closed-loop", users: 1, think: { kind: "constant" } };
  for (const [name, arrival] of [
    ["open loop", { kind: "constant" }],
    ["closed loop", think],
  ] as const) {
    const sorted = (await responses(spec, arrival, 50, 12, 1)).sort();
    const [p50, p90, p99, most] = [0.5, 0.9, 0.99, 1].map((p) => `${quantile(sorted, p).toFixed(1)} ms`);
    process.stdout.write(
      `6 s standstill, ${name}: p50 ${p50}, p90 ${p90}, p99 ${p99}, max ${most}, n ${sorted.length}\n`,
    );
  }
}

async function responses(
  spec: QueueSpec,
  arrival: ArrivalSpec,
  ratePerSecond: number,
  durationSeconds: number,
  seed: number,
): Promise<Float64Array> {
  const { url, child } = await serve(spec);
  try {
    const { samples } = await drive({
      url: `${url}/classify`,
      schedule: materialise({ arrival, ratePerSecond, durationSeconds, seed, payloadCount: 1 }),
      asked,
      timeoutMs: 30_000,
      signal: new AbortController().signal,
    });
    return Float64Array.from(samples, ({ completedMs, scheduledMs }) => completedMs - scheduledMs);
  } finally {
    child.kill();
  }
}

async function serve(spec: QueueSpec): Promise<{ url: string; child: ChildProcess }> {
  const entry = fileURLToPath(new URL("../../infra/known-answer/main.ts", import.meta.url));
  const child = fork(entry, [JSON.stringify(spec)], { execArgv: [...typescriptArguments], silent: true });
  return { url: await new Promise((resolve) => child.once("message", (url) => resolve(String(url)))), child };
}
