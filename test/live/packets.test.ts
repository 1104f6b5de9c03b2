/** The packets of a path, dropped by this machine's own kernel, and TCP above them. */
import { once } from "node:events";
import { Agent, createServer, get, type Server } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Route } from "../../infra/disruptions/disruption.ts";
import { interfacePrefix, openPackets } from "../../infra/disruptions/path/packets.ts";
import { pathRoute, setPath } from "../../infra/disruptions/path/route.ts";
import { pause } from "../../infra/plugin/process.ts";

const why = await openPackets().then(
  (packets) => {
    packets.end();
    return "";
  },
  (error: Error) => error.message,
);
if (why !== "") console.warn(`skipped: no packets of a path can be touched here: ${why}`);

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
    expect(route.handle.means.delay).toMatch(/^(netem$|proxy: )/);
    expect(interfaces()).toHaveLength(1);
  });

  it("loses some, and TCP sends them again after 200 ms or more: every answer comes, some of them late", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await answered(route.url, agent);
    await setPath(route.handle, { kind: "loss", share: 0.2, retransmitMs: 0 });
    const tookMs: number[] = [];
    for (let request = 0; request < 20; request++) tookMs.push(await answered(route.url, agent));
    agent.destroy();
    // None of 20 exchanges without a loss of the four packets or so of each: less than once in a million.
    expect(Math.max(...tookMs)).toBeGreaterThan(190);
  });

  it("parts load and service, and nobody else; what waited comes when TCP tries again", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await answered(route.url, agent);
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

/** @returns ms that the answer took */
async function answered(url: string, agent: Agent): Promise<number> {
  const began = performance.now();
  const [response] = await once(get(url, { agent }), "response");
  response.resume();
  await once(response, "end");
  return performance.now() - began;
}
