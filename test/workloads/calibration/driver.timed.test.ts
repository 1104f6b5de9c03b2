/** The driver and the recorder against the known-answer server, over a real connection: the short form. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, expect, it } from "vitest";
import { lindleyWaits } from "../../../bench/calibration/theory.ts";
import type { QueueSpec } from "../../../infra/known-answer/queue.ts";
import { classifications } from "../../../infra/services/sentiment/asked.ts";
import { drive } from "../../../workloads/drive/drive.ts";
import { quantile } from "../../../workloads/drive/merge.ts";
import type { Sample } from "../../../workloads/samples/sample.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";
import type { ArrivalSpec } from "../../../workloads/spec/spec.ts";

const asked = classifications([Buffer.from(JSON.stringify({ texts: ["Fine."] }))]);
let children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill();
  children = [];
});

async function serve(spec: QueueSpec): Promise<string> {
  const child = fork(
    fileURLToPath(new URL("../../../infra/known-answer/main.ts", import.meta.url)),
    [JSON.stringify(spec)],
    {
      execArgv: ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    },
  );
  children.push(child);
  const url = await new Promise<string>((resolve) =>
    child.once("message", (message) => resolve(String(message))),
  );
  return `${url}/classify`;
}

function run(url: string, arrival: ArrivalSpec, ratePerSecond: number, durationSeconds: number) {
  const schedule = materialise({ arrival, ratePerSecond, durationSeconds, seed: 2, payloadCount: 1 });
  const given = { url, schedule, asked, timeoutMs: 10_000, signal: new AbortController().signal };
  return drive(given).then(({ samples }) => ({ schedule, samples }));
}

/** @returns the median response time of a plain client, one request after the other over one connection, ms */
async function oneAtATime(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const tookMs = new Float64Array(40);
  for (const index of tookMs.keys()) {
    const began = performance.now();
    const sent = request(url, { agent, method: "POST" }).end(JSON.stringify({ texts: ["Fine."] }));
    const [answer] = await once(sent, "response");
    await once(answer.resume(), "end");
    tookMs[index] = performance.now() - began;
  }
  agent.destroy();
  return quantile(tookMs.sort(), 0.5);
}

const responses = (samples: readonly Sample[]) =>
  Float64Array.from(samples, ({ completedMs, scheduledMs }) => completedMs - scheduledMs);

it.each<ArrivalSpec>([{ kind: "exponential" }, { kind: "gamma", cv: 2 }])(
  "measures what Lindley's recursion says of the same schedule, departure by departure: %j",
  async (arrival) => {
    const serviceMs = 10;
    const url = await serve({ service: { kind: "constant", ms: serviceMs }, servers: 1 });
    const before = await oneAtATime(url);
    const { schedule, samples } = await run(url, arrival, 70, 2.5);
    const plainMs = Math.max(before, await oneAtATime(url)) - serviceMs;
    expect(samples.every(({ outcome }) => outcome === "ok")).toBe(true);
    const waits = lindleyWaits(schedule.offsetsMs, serviceMs);
    // Of two requests sent at almost one instant over two connections the server may read either first; the
    // departures of a single server are the same all the same.
    const completed = Float64Array.from(samples, ({ completedMs }) => completedMs).sort();
    const errors = completed
      .map((departedMs, i) => departedMs - schedule.offsetsMs[i]! - waits[i]! - serviceMs)
      .sort();
    // Never early; late by what HTTP costs a plain client in the same minute, which those that wait for one another
    // pay for all before them: up to ten or so.
    expect(errors[0]).toBeGreaterThan(-0.1);
    expect(quantile(errors, 0.5)).toBeLessThan(3 + 3 * plainMs);
    const longest = Math.max(...waits);
    expect(longest).toBeGreaterThan(20);
  },
);

it("shows a standstill of the service in full to the open loop, and hides it from the closed one", async () => {
  const freeze = { atMs: 300, forMs: 1_200 };
  const spec: QueueSpec = { service: { kind: "constant", ms: 2 }, servers: 1, freeze };
  const think: ArrivalSpec = { kind: "closed-loop", users: 1, think: { kind: "constant" } };
  const [open, closed] = await Promise.all(
    [{ kind: "constant" } as const, think].map(async (arrival) =>
      responses((await run(await serve(spec), arrival, 50, 2)).samples).sort(),
    ),
  );
  expect(open!.at(-1)).toBeGreaterThan(1_150);
  // Sixty of a hundred requests fell into the standstill: a tenth of all waited for more than 0.8 s of it.
  expect(quantile(open!, 0.85)).toBeGreaterThan(700);
  // One request in a hundred saw it: all but the longest few, which a busy machine may delay, are ordinary ones.
  expect(closed!.at(-1)).toBeGreaterThan(1_150);
  expect(quantile(closed!, 0.95)).toBeLessThan(350);
});
