/** The driver and the recorder against the known-answer server, over a real connection: the short form. */
import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, expect, it } from "vitest";
import { lindleyWaits } from "../../../bench/calibration/theory.ts";
import { classifications } from "../../../infra/services/sentiment/asked.ts";
import type { QueueSpec } from "../../../infra/targets/simulated/queue.ts";
import { drive } from "../../../workloads/drive.ts";
import { quantile } from "../../../workloads/merge.ts";
import type { Sample } from "../../../workloads/sample.ts";
import { materialise } from "../../../workloads/schedule.ts";
import type { ArrivalSpec } from "../../../workloads/spec.ts";

const asked = classifications([Buffer.from(JSON.stringify({ texts: ["Fine."] }))]);
let child: ChildProcess | undefined;
afterEach(() => child?.kill());

async function serve(spec: QueueSpec): Promise<string> {
  child = fork(
    fileURLToPath(new URL("../../../infra/targets/simulated/main.ts", import.meta.url)),
    [JSON.stringify(spec)],
    {
      execArgv: ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    },
  );
  const url = await new Promise<string>((resolve) =>
    child!.once("message", (message) => resolve(String(message))),
  );
  return `${url}/classify`;
}

function run(url: string, arrival: ArrivalSpec, ratePerSecond: number, durationSeconds: number) {
  const schedule = materialise({ arrival, ratePerSecond, durationSeconds, seed: 2, payloadCount: 1 });
  const request = { url, schedule, asked, timeoutMs: 10_000, signal: new AbortController().signal };
  return drive(request).then(({ samples }) => ({ schedule, samples }));
}

const responses = (samples: readonly Sample[]) =>
  Float64Array.from(samples, ({ completedMs, scheduledMs }) => completedMs - scheduledMs);

it.each<ArrivalSpec>([{ kind: "exponential" }, { kind: "gamma", cv: 2 }])(
  "measures what Lindley's recursion says of the same schedule, departure by departure: %j",
  async (arrival) => {
    const serviceMs = 10;
    const url = await serve({ service: { kind: "constant", ms: serviceMs }, servers: 1 });
    const { schedule, samples } = await run(url, arrival, 70, 4);
    expect(samples.every(({ outcome }) => outcome === "ok")).toBe(true);
    const waits = lindleyWaits(schedule.offsetsMs, serviceMs);
    // Of two requests sent at almost one instant over two connections the server may read either first; the
    // departures of a single server are the same all the same.
    const completed = Float64Array.from(samples, ({ completedMs }) => completedMs).sort();
    const errors = completed
      .map((departedMs, i) => departedMs - schedule.offsetsMs[i]! - waits[i]! - serviceMs)
      .sort();
    // What HTTP costs on a busy machine; a hundredth of it on a quiet one. Never early.
    expect(errors[0]).toBeGreaterThan(-0.1);
    expect(quantile(errors, 0.5)).toBeLessThan(3);
    const longest = Math.max(...waits);
    expect(longest).toBeGreaterThan(20);
  },
);

it("shows a standstill of the service in full to the open loop, and hides it from the closed one", async () => {
  const freeze = { atMs: 300, forMs: 1_200 };
  const spec: QueueSpec = { service: { kind: "constant", ms: 2 }, servers: 1, freeze };
  const open = responses((await run(await serve(spec), { kind: "constant" }, 50, 2)).samples).sort();
  child?.kill();
  const think: ArrivalSpec = { kind: "closed-loop", users: 1, think: { kind: "constant" } };
  const closed = responses((await run(await serve(spec), think, 50, 2)).samples).sort();
  expect(open.at(-1)).toBeGreaterThan(1_150);
  // Sixty of a hundred requests fell into the standstill: a tenth of all waited for more than 0.8 s of it.
  expect(quantile(open, 0.85)).toBeGreaterThan(700);
  // One request in a hundred saw it: all but the longest few, which a busy machine may delay, are ordinary ones.
  expect(closed.at(-1)).toBeGreaterThan(1_150);
  expect(quantile(closed, 0.95)).toBeLessThan(100);
});
