import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openProxy, type PathProxy } from "../../../../infra/disruptions/path/proxy.ts";
import { departureMs, type PathCondition } from "../../../../infra/disruptions/path-condition.ts";
import { randomStream } from "../../../../workloads/random/random.ts";

describe("the condition of a path", () => {
  const random = randomStream(1, "path");
  const at = (condition: PathCondition, nowMs: number, earlierMs = 0) =>
    departureMs(condition, nowMs, earlierMs, random);

  it("that is clear lets everything pass at once", () => {
    expect(at({ kind: "clear" }, 10)).toBe(10);
  });

  it("that is slow holds each piece for the delay, and keeps the order", () => {
    expect(at({ kind: "delay", delayMs: 100, jitterMs: 0 }, 10)).toBe(110);
    expect(at({ kind: "clear" }, 10, 110)).toBe(110);
  });

  it("that loses a share q makes a piece wait r (2^k - 1) after k losses: a mean of r q / (1 - 2 q)", () => {
    const condition = { kind: "loss", share: 0.2, retransmitMs: 200 } as const;
    const waits = Array.from({ length: 200_000 }, () => at(condition, 0));
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(mean).toBeGreaterThan((200 * 0.2) / (1 - 0.4) - 2);
    expect(mean).toBeLessThan((200 * 0.2) / (1 - 0.4) + 2);
    expect(waits.filter((wait) => wait > 0).length / waits.length).toBeCloseTo(0.2, 2);
  });

  it("that is parted lets nothing pass", () => {
    expect(at({ kind: "partition" }, 10)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the proxy", () => {
  let server: Server;
  let proxy: PathProxy;
  let served: Socket[];
  let client: Socket;
  afterEach(() => {
    client.destroy();
    proxy.end();
    server.close();
  });

  /** A service that answers each word with itself in capitals. */
  const open = async () => {
    served = [];
    server = createServer({ allowHalfOpen: true }, (socket) => {
      served.push(socket);
      socket.on("data", (word) => socket.write(word.toString().toUpperCase()));
      socket.on("end", () => socket.end());
      socket.on("error", () => {});
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    proxy = await openProxy({ host: "127.0.0.1", port }, 1, "127.0.0.1");
    client = connect({ host: "127.0.0.1", port: proxy.port, allowHalfOpen: true });
    await once(client, "connect");
  };
  const heard = async () => String((await once(client, "data"))[0]);

  it("passes on both ways, to the end", async () => {
    await open();
    client.write("hello");
    expect(await heard()).toBe("HELLO");
    client.end();
    await once(client, "end");
  });

  it("holds everything back while the path is parted, and lets it go afterwards", async () => {
    await open();
    proxy.set({ kind: "partition" });
    client.write("hello");
    const answer = heard();
    expect(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 60, "silence"))])).toBe(
      "silence",
    );
    proxy.set({ kind: "clear" });
    expect(await answer).toBe("HELLO");
  });

  it("delays each way, so that a round trip takes twice as long", async () => {
    await open();
    proxy.set({ kind: "delay", delayMs: 30, jitterMs: 0 });
    const began = performance.now();
    client.write("hello");
    await heard();
    expect(performance.now() - began).toBeGreaterThanOrEqual(59);
  });

  it("breaks the client's connection where the service breaks its own", async () => {
    await open();
    client.write("hello");
    await heard();
    const ended = once(client.resume(), "end");
    for (const socket of served) socket.destroy();
    await ended;
  });
});
