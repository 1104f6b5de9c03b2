import { spawnSync } from "node:child_process";
import { afterEach, expect, it } from "vitest";
import { classifications } from "../../../infra/services/sentiment/asked.ts";
import { drive } from "../../../workloads/drive/drive.ts";
import { materialise, type Schedule } from "../../../workloads/schedule/schedule.ts";
import { besidePlainTimers } from "../plain-timers.ts";
import { good, goodBody, response, type ScriptedServer, scriptedServer } from "../scripted-server.ts";

const asked = classifications([Buffer.from(JSON.stringify({ texts: ["Fine."] }))]);
const never = new AbortController().signal;

/** Whether this system lets its user have that class. */
function mayBeRealTime(): boolean {
  return spawnSync("chrt", ["--rr", "1", "true"]).status === 0;
}

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

function evenly(ratePerSecond: number, durationSeconds: number): Schedule {
  return materialise({
    arrival: { kind: "constant" },
    ratePerSecond,
    durationSeconds,
    seed: 1,
    payloadCount: 1,
  });
}

it("sends on schedule although every answer is slower than the gap: a slow response delays no arrival", async () => {
  server = await scriptedServer((socket) => setTimeout(() => socket.write(good), 400));
  const { url } = server;
  const { result, plainLateMs } = await besidePlainTimers(() =>
    drive({ url, schedule: evenly(50, 1), asked, timeoutMs: 10_000, signal: never }),
  );
  const { samples, health } = result;
  expect(samples.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, seq) => seq));
  expect(
    samples.every(
      ({ outcome, label, server }) => outcome === "ok" && label === "positive" && server === "41",
    ),
  ).toBe(true);
  // Closed over the eight warm connections, 50 answers of 0.4 s would take 2.8 s.
  expect(samples.at(-1)!.sentMs).toBeLessThan(1200 + 2 * plainLateMs);
  expect(
    Math.min(...samples.map(({ completedMs, scheduledMs }) => completedMs - scheduledMs)),
  ).toBeGreaterThan(399);
  expect(health).toMatchObject({ workers: 1, scheduled: 50, recorded: 50, partial: false });
  expect(health.cpuCores).toBeGreaterThan(0);
  expect(health.realTime).toBe(mayBeRealTime());
});

it("tells http errors, wrong answers, resets and timeouts apart", async () => {
  const acts = [
    () => good,
    () => response(503, "busy"),
    () => response(200, "not json"),
    () => response(200, JSON.stringify({ results: [] })),
    () => "nonsense\r\n\r\n",
  ];
  server = await scriptedServer((socket, request) => {
    const act = acts[request];
    if (act !== undefined) socket.write(act());
    else if (request === acts.length) socket.destroy();
    else if (request === acts.length + 1) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf");
  });
  const { url } = server;
  const { result, plainLateMs } = await besidePlainTimers(() =>
    drive({ url, schedule: evenly(20, 0.4), asked, timeoutMs: 1000, signal: never }),
  );
  const { samples } = result;
  expect(samples.map(({ outcome, status }) => [outcome, status])).toEqual([
    ["ok", 200],
    ["http", 503],
    ["wrong-answer", 200],
    ["wrong-answer", 200],
    ["wrong-answer", 0],
    ["reset", 0],
    ["reset", 0],
    ["timeout", 0],
  ]);
  const timeout = samples.at(-1)!;
  expect(timeout.completedMs - timeout.sentMs).toBeGreaterThanOrEqual(1000);
  expect(timeout.completedMs - timeout.sentMs).toBeLessThan(1100 + 2 * plainLateMs);
  expect(timeout.firstByteMs).toBeNaN();
});

it("understands chunked answers, interim answers and answers that end with the connection", async () => {
  const answers = [
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n${goodBody.slice(0, 5)}\r\n`,
    `${(goodBody.length - 5).toString(16)}\r\n${goodBody.slice(5)}\r\n0\r\n\r\n`,
  ];
  server = await scriptedServer((socket, request) => {
    if (request > 0) return socket.end(`HTTP/1.1 200 OK\r\n\r\n${goodBody}`);
    socket.write(answers[0]!);
    return setTimeout(() => socket.write(answers[1]!), 300);
  });
  const { samples } = await drive({
    url: server.url,
    schedule: evenly(20, 0.1),
    asked,
    timeoutMs: 1000,
    signal: never,
  });
  expect(samples.map(({ outcome, bytes }) => [outcome, bytes])).toEqual([
    ["ok", goodBody.length],
    ["ok", goodBody.length],
  ]);
  expect(samples[0]!.completedMs - samples[0]!.firstByteMs).toBeGreaterThan(20);
});

it("calls a port that nobody listens on refused", async () => {
  server = await scriptedServer(() => {});
  const { url } = server;
  await server.close();
  const { samples } = await drive({ url, schedule: evenly(20, 0.2), asked, timeoutMs: 1000, signal: never });
  expect(samples.map(({ outcome }) => outcome)).toEqual(["refused", "refused", "refused", "refused"]);
});

it("records a request that the cap on connections leaves no room for as dropped, never sent", async () => {
  server = await scriptedServer((socket) => setTimeout(() => socket.write(good), 1000));
  const { samples } = await drive({
    url: server.url,
    schedule: evenly(20, 0.25),
    asked,
    timeoutMs: 10_000,
    mostConnections: 2,
    signal: never,
  });
  expect(samples.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "dropped", "dropped", "dropped"]);
  expect(samples[2]!.sentMs).toBeNaN();
});

it("uses the warmed connections in turn, and every one of them", async () => {
  const used = new Map<unknown, number>();
  server = await scriptedServer((socket) => {
    used.set(socket, (used.get(socket) ?? 0) + 1);
    socket.write(good);
  });
  await drive({ url: server.url, schedule: evenly(100, 0.8), asked, timeoutMs: 1000, signal: never });
  // Eight in reserve; while one is in use, another may be opened to keep eight idle.
  const counts = [...used.values()];
  expect(counts.length).toBeGreaterThanOrEqual(8);
  expect(Math.max(...counts)).toBeLessThanOrEqual(10);
});

it("ends at once when it is aborted, with the samples so far marked partial", async () => {
  const abort = new AbortController();
  server = await scriptedServer((socket, request) => {
    if (request < 10) socket.write(good);
    if (request === 12) abort.abort();
  });
  const began = performance.now();
  const { samples, health } = await drive({
    url: server.url,
    schedule: evenly(50, 60),
    asked,
    timeoutMs: 30_000,
    signal: abort.signal,
  });
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(health.partial).toBe(true);
  expect(samples.map(({ outcome }) => outcome)).toEqual(new Array(10).fill("ok"));
  expect(health.recorded).toBe(10);
});

it("deals one schedule to several workers and merges their samples into it", async () => {
  server = await scriptedServer((socket) => socket.write(good));
  const schedule = materialise({
    arrival: { kind: "gamma", cv: 2 },
    ratePerSecond: 100,
    durationSeconds: 1,
    seed: 5,
    payloadCount: 1,
  });
  const { samples, health } = await drive({
    url: server.url,
    schedule,
    asked,
    timeoutMs: 1000,
    workers: 3,
    signal: never,
  });
  expect(samples.map(({ scheduledMs }) => scheduledMs)).toEqual([...schedule.offsetsMs]);
  expect(samples.map(({ worker }) => worker)).toEqual(samples.map(({ seq }) => seq % 3));
  expect(health).toMatchObject({ workers: 3, recorded: schedule.offsetsMs.length, partial: false });
});
