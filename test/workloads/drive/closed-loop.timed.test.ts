import { afterEach, describe, expect, it } from "vitest";
import { classifications } from "../../../infra/services/sentiment/asked.ts";
import { closedLoop } from "../../../workloads/drive/closed-loop.ts";
import { drive } from "../../../workloads/drive/drive.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";
import { besidePlainTimers } from "../plain-timers.ts";
import { good, type ScriptedServer, scriptedServer } from "../scripted-server.ts";

const asked = classifications([Buffer.from(JSON.stringify({ texts: ["Fine."] }))]);

let server: ScriptedServer;
afterEach(() => server.close());

/** @returns how many requests it has had in service at once, at the most */
async function answeringAfter(ms: number): Promise<() => number> {
  let inService = 0;
  let most = 0;
  server = await scriptedServer((socket) => {
    most = Math.max(most, ++inService);
    setTimeout(() => {
      inService--;
      socket.write(good);
    }, ms);
  });
  return () => most;
}

it("keeps each connection busy with one request at a time: throughput is connections / response time", async () => {
  const mostInService = await answeringAfter(50);
  const { samples, throughputPerSecond } = await closedLoop({
    url: server.url,
    asked,
    connections: 3,
    seconds: 1,
    warmupSeconds: 0.2,
    seed: 1,
    timeoutMs: 1000,
    signal: new AbortController().signal,
  });
  expect(mostInService()).toBe(3);
  expect(throughputPerSecond).toBeLessThanOrEqual(61);
  // Little's law, with the response times as they were: 50 ms and what the machine adds.
  const responsesMs = samples.map(({ completedMs, sentMs }) => completedMs - sentMs);
  const meanMs = responsesMs.reduce((sum, ms) => sum + ms, 0) / responsesMs.length;
  expect(meanMs).toBeGreaterThan(49);
  const inService = throughputPerSecond * (meanMs / 1000);
  expect(inService).toBeGreaterThan(2.4);
  expect(inService).toBeLessThan(3.3);
  expect(samples.every(({ completedMs }) => completedMs >= 200)).toBe(true);
});

it("ends when it is aborted", async () => {
  const abort = new AbortController();
  server = await scriptedServer((socket, request) => {
    socket.write(good);
    if (request === 20) abort.abort();
  });
  const began = performance.now();
  await closedLoop({
    url: server.url,
    asked,
    connections: 1,
    seconds: 60,
    warmupSeconds: 0,
    seed: 1,
    timeoutMs: 1000,
    signal: abort.signal,
  });
  expect(performance.now() - began).toBeLessThan(30_000);
});

it("thinks before each request and waits for each answer: rate is users / (think time + response time)", async () => {
  const mostInService = await answeringAfter(100);
  const schedule = materialise({
    arrival: { kind: "closed-loop", users: 2, think: { kind: "constant" } },
    ratePerSecond: 20,
    durationSeconds: 1,
    seed: 1,
    payloadCount: 1,
  });
  const { result, plainLateMs } = await besidePlainTimers(() =>
    drive({
      url: server.url,
      schedule,
      asked,
      timeoutMs: 5000,
      signal: new AbortController().signal,
    }),
  );
  const { samples, health } = result;
  expect(samples.map(({ seq, outcome }) => [seq, outcome])).toEqual(
    Array.from({ length: 20 }, (_, seq) => [seq, "ok"]),
  );
  expect(mostInService()).toBe(2);
  // Ten turns of 100 ms of thought and 100 ms of service where the schedule, at response time 0, had ten of 100 ms.
  const last = samples.at(-1)!;
  expect(last.completedMs).toBeGreaterThan(1990);
  expect(last.completedMs).toBeLessThan(3000 + 20 * plainLateMs);
  expect(last.sentMs - last.scheduledMs).toBeLessThan(50 + 2 * plainLateMs);
  expect(health).toMatchObject({ workers: 1, scheduled: 20, recorded: 20, partial: false });
});

it("asks again after a pause where nobody listens", async () => {
  server = await scriptedServer(() => {});
  await server.close();
  const { samples, throughputPerSecond } = await closedLoop({
    url: server.url,
    asked,
    connections: 2,
    seconds: 0.5,
    warmupSeconds: 0,
    seed: 1,
    timeoutMs: 1000,
    signal: new AbortController().signal,
  });
  expect(throughputPerSecond).toBe(0);
  // Each connection at least once more.
  expect(samples.length).toBeGreaterThanOrEqual(4);
  expect(samples.length).toBeLessThanOrEqual(12);
  expect(samples.every(({ outcome }) => outcome === "refused")).toBe(true);
});

describe("users who saturate a service", () => {
  const saturate = async (ratePerSecond: number, durationSeconds: number) => {
    const schedule = materialise({
      arrival: { kind: "saturation", users: 3 },
      ratePerSecond,
      durationSeconds,
      seed: 1,
      payloadCount: 4,
    });
    const fourBodies = [1, 2, 3, 4].map((text) => Buffer.from(JSON.stringify({ texts: [`${text}`] })));
    const signal = new AbortController().signal;
    return {
      schedule,
      ...(await drive({
        url: server.url,
        schedule,
        asked: classifications(fourBodies),
        timeoutMs: 5000,
        signal,
      })),
    };
  };

  it("ask in the order of the schedule, all the time, and nobody after its end", async () => {
    const mostInService = await answeringAfter(50);
    const { result, plainLateMs } = await besidePlainTimers(() => saturate(1000, 0.5));
    const { schedule, samples, health } = result;
    expect(mostInService()).toBe(3);
    // 3 / 50 ms over half a second, less what timers and the machine add: each user more than once.
    expect(samples.length).toBeGreaterThan(3);
    expect(samples.length).toBeLessThanOrEqual(33);
    expect(samples.map(({ seq }) => seq)).toEqual(samples.map((_, index) => index));
    expect(samples.map(({ payload }) => payload)).toEqual([...schedule.payloads.subarray(0, samples.length)]);
    expect(Math.max(...samples.map(({ sentMs }) => sentMs))).toBeLessThan(550 + 2 * plainLateMs);
    expect(health).toMatchObject({ scheduled: samples.length, recorded: samples.length, partial: false });
  });

  it("wait for what is under way when the time is up", async () => {
    await answeringAfter(600);
    const { samples } = await saturate(1000, 0.9);
    expect(samples.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => "ok"));
    expect(samples.at(-1)!.completedMs).toBeGreaterThan(1190);
  });

  it("have done where there is nothing left to ask", async () => {
    await answeringAfter(20);
    const { samples, health } = await saturate(0.5, 20);
    expect(samples).toHaveLength(10);
    expect(health.wallSeconds).toBeLessThan(15);
  });
});
