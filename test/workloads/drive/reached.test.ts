import { createServer } from "node:net";
import { expect, it } from "vitest";
import { untilAccepted } from "../../../workloads/drive/reached.ts";

const { signal } = new AbortController();

/** A server, and its port, which is free again when it is closed. */
async function listening(port = 0) {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address() as { port: number };
  return { port: address.port, end: () => new Promise((resolve) => server.close(resolve)) };
}

it("a service that listens is reached", async () => {
  const { port, end } = await listening();
  expect(await untilAccepted(`http://127.0.0.1:${port}/x`, { withinMs: 5_000, signal })).toBe(true);
  await end();
});

it("one that begins to listen is waited for", async () => {
  const { port, end } = await listening();
  await end();
  const reached = untilAccepted(`http://127.0.0.1:${port}`, { withinMs: 60_000, signal });
  const late = await listening(port);
  expect(await reached).toBe(true);
  await late.end();
});

it("one that never does is given up, and so is the waiting of whoever is told to stop", async () => {
  const { port, end } = await listening();
  await end();
  expect(await untilAccepted(`http://127.0.0.1:${port}`, { withinMs: 150, signal })).toBe(false);
  const stopped = AbortSignal.abort();
  expect(await untilAccepted(`http://127.0.0.1:${port}`, { withinMs: 60_000, signal: stopped })).toBe(false);
});
