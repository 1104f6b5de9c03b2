/** The packets of a path, dropped by this machine's own kernel, and TCP above them. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { Agent, createServer, get, type Server } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Route } from "../../infra/disruptions/disruption.ts";
import { interfacePrefix, openPackets } from "../../infra/disruptions/path/packets.ts";
import { pathRoute, setPath } from "../../infra/disruptions/path/route.ts";
import { pause } from "../../infra/host/process.ts";

const { why, netem } = await openPackets().then(
  (packets) => {
    packets.end();
    return { why: "", netem: packets.netem };
  },
  (error: Error) => ({ why: error.message, netem: false }),
);
if (why !== "") console.warn(`skipped: no packets of a path can be touched here: ${why}`);
else if (!netem) console.warn("skipped: this kernel has no netem: packets cannot be delayed here");

describe.skipIf(why !== "")("a path whose packets are dropped", () => {
  let server: Server;
  let service: string;
  let route: Route;

  beforeAll(async () => {
    await interfacesAre(0);
    server = createServer((_, response) => response.end("awake")).listen(0, "127.0.0.1");
    await once(server, "listening");
    service = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
    route = await pathRoute(service);
  });
  beforeEach(() => setPath(route.handle, { kind: "clear" }));
  afterAll(async () => {
    await route.end();
    server.closeAllConnections();
    server.close();
  });

  it("says how it does what", () => {
    expect(route.handle.means).toMatchObject({ loss: "packet rules", partition: "packet rules" });
    expect(route.handle.means.delay).toBe(netem ? "netem, its jitter by a proxy" : "proxy: no netem here");
    expect(interfaces()).toHaveLength(1);
  });

  it("loses some, and TCP sends them again after 200 ms or more: every answer comes, some of them late", async () => {
    const agent = await openConnection(route.url);
    await setPath(route.handle, { kind: "loss", share: 0.2, retransmitMs: 0 });
    const tookMs: number[] = [];
    for (let request = 0; request < 20; request++) tookMs.push(await answered(route.url, agent));
    agent.destroy();
    // None of 20 exchanges without a loss of the four packets or so of each: less than once in a million.
    expect(Math.max(...tookMs)).toBeGreaterThan(190);
  });

  it("parts load and service, and nobody else; what waited comes when TCP tries again", async () => {
    const agent = await openConnection(route.url);
    await setPath(route.handle, { kind: "partition" });
    let back = false;
    const waiting = [agent, new Agent()].map((through) =>
      answered(route.url, through).finally(() => {
        back = true;
      }),
    );
    await answered(service, new Agent());
    await pause(1_500);
    expect(back).toBe(false);
    await setPath(route.handle, { kind: "clear" });
    for (const tookMs of await Promise.all(waiting)) expect(tookMs).toBeGreaterThan(1_500);
    agent.destroy();
  });

  describe.skipIf(!netem)("by netem", () => {
    it("delays each packet each way: an exchange once, and what comes before it on a new connection too", async () => {
      const agent = await openConnection(route.url);
      await setPath(route.handle, { kind: "delay", delayMs: 300, jitterMs: 0 });
      const kept = await answered(route.url, agent);
      const anew = await answered(route.url, new Agent());
      await setPath(route.handle, { kind: "clear" });
      const cleared = await answered(route.url, agent);
      agent.destroy();
      expect(kept).toBeGreaterThanOrEqual(599);
      expect(anew).toBeGreaterThanOrEqual(1_199);
      expect(cleared).toBeLessThan(599);
    });

    it("with a jitter one exchange takes longer than another, and none less than the delay both ways", async () => {
      const agent = await openConnection(route.url);
      await setPath(route.handle, { kind: "delay", delayMs: 100, jitterMs: 200 });
      const tookMs: number[] = [];
      for (let request = 0; request < 10; request++) tookMs.push(await answered(route.url, agent));
      agent.destroy();
      expect(Math.min(...tookMs)).toBeGreaterThanOrEqual(199);
      // Ten sums of two uniform draws of 200 ms lie within 50 ms less than once in ten thousand.
      expect(Math.max(...tookMs) - Math.min(...tookMs)).toBeGreaterThan(50);
    });

    it("loses nothing that is on its way when the delay ends", async () => {
      await setPath(route.handle, { kind: "delay", delayMs: 1_000, jitterMs: 0 });
      const socket = createSocket("udp4");
      const connected = once(socket, "connect");
      socket.connect(9, new URL(route.url).hostname);
      await connected;
      const refused = once(socket, "error");
      const began = performance.now();
      socket.send("nobody listens to this");
      await setPath(route.handle, { kind: "clear" });
      // That nobody does is told by a packet of the namespace, once: one that is lost is never sent again.
      const [error] = await refused.finally(() => socket.close());
      expect(error.code).toBe("ECONNREFUSED");
      expect(performance.now() - began).toBeGreaterThanOrEqual(999);
    });
  });

  it("is gone with its process, however that ends", async () => {
    const other = await pathRoute(service);
    expect(interfaces()).toHaveLength(2);
    process.kill(other.handle.pid, "SIGKILL");
    await interfacesAre(1);
    await other.end();
    await answered(route.url, new Agent());
  });
});

const interfaces = () => Object.keys(networkInterfaces()).filter((name) => name.startsWith(interfacePrefix));

/** Those of a process that has just ended go a moment later. */
const interfacesAre = (count: number) => vi.waitFor(() => expect(interfaces()).toHaveLength(count), 10_000);

/** One connection, open already, for one exchange after another. */
async function openConnection(url: string): Promise<Agent> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await answered(url, agent);
  return agent;
}

/** @returns ms that the answer took */
async function answered(url: string, agent: Agent): Promise<number> {
  const began = performance.now();
  const [response] = await once(get(url, { agent }), "response");
  response.resume();
  await once(response, "end");
  return performance.now() - began;
}
