import { afterEach, expect, it } from "vitest";
import { closedLoop } from "../../workloads/closed-loop.ts";
import { good, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

const bodies = [Buffer.from(JSON.stringify({ texts: ["Fine."] }))];

let server: ScriptedServer;
afterEach(() => server.close());

it("keeps each connection busy with one request at a time: throughput is connections / response time", async () => {
  let inService = 0;
  let most = 0;
  server = await scriptedServer((socket) => {
    most = Math.max(most, ++inService);
    setTimeout(() => {
      inService--;
      socket.write(good);
    }, 50);
  });
  const { samples, throughputPerSecond } = await closedLoop({
    url: server.url,
    bodies,
    connections: 3,
    seconds: 1,
    warmupSeconds: 0.2,
    seed: 1,
    timeoutMs: 1000,
    signal: new AbortController().signal,
  });
  expect(most).toBe(3);
  // 3 / 50 ms, less what timers and the machine add.
  expect(throughputPerSecond).toBeGreaterThan(40);
  expect(throughputPerSecond).toBeLessThanOrEqual(61);
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
    bodies,
    connections: 1,
    seconds: 60,
    warmupSeconds: 0,
    seed: 1,
    timeoutMs: 1000,
    signal: abort.signal,
  });
  expect(performance.now() - began).toBeLessThan(5000);
});
