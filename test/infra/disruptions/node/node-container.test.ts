/** Taking a node's container away and bringing it back, against an engine that notes what it is asked. */
import { expect, it } from "vitest";
import { bringBack, ownedNode, takeAway } from "../../../../infra/disruptions/node/node-container.ts";
import type { DockerEngine } from "../../../../infra/docker/engine.ts";
import { dockerPrefix } from "../../../../infra/workspace/paths.ts";

const container = "c".repeat(64);
const network = "n".repeat(64);
const node = { name: "agent-1", container, network, address: "172.30.0.11" };

/** One container, as an engine knows it, and the acts that change it. */
function engineWith(
  change: { readonly label?: string; readonly hostname?: string; readonly gone?: boolean } = {},
) {
  const asked: string[] = [];
  const state = { running: true, connected: true };
  const engine = {
    async find() {
      if (change.gone === true) return null;
      const joined = { NetworkID: network, IPAddress: "", IPAMConfig: { IPv4Address: node.address } };
      return {
        Id: container,
        State: { Running: state.running },
        Config: {
          Hostname: change.hostname ?? "agent-1",
          Labels: { testbed: change.label ?? dockerPrefix },
        },
        NetworkSettings: { Networks: state.connected ? { [dockerPrefix]: joined } : {} },
      };
    },
    async ask(_: string, path: string, body?: object) {
      const act = path.split("/").at(-1)!.split("?")[0]!;
      asked.push(act);
      if (act === "disconnect") state.connected = false;
      if (act === "kill") state.running = false;
      if (act === "connect") {
        expect(body).toEqual({
          Container: container,
          EndpointConfig: { IPAMConfig: { IPv4Address: node.address } },
        });
        state.connected = true;
      }
      if (act === "start") state.running = true;
      return null;
    },
  } as unknown as DockerEngine;
  return { engine, asked, state };
}

it("a node goes silent before it ends, and comes back to its address", async () => {
  const { engine, asked, state } = engineWith();
  expect(await ownedNode(engine, node)).toEqual(node);
  await takeAway(engine, node);
  expect(asked[0]).toBe("disconnect");
  expect(state).toEqual({ running: false, connected: false });
  asked.length = 0;
  expect(await bringBack(engine, node)).toBe(true);
  expect(asked).toEqual(["connect", "start"]);
  expect(await bringBack(engine, node)).toBe(false);
});

it("a node whose runner was killed between the two acts is started anew: its routes went with the network", async () => {
  const { engine, asked, state } = engineWith();
  state.connected = false;
  expect(await bringBack(engine, node)).toBe(true);
  expect(asked.filter((act) => act !== "wait")).toEqual(["kill", "connect", "start"]);
});

it("a node that has gone for good needs no undoing, and cannot be lost", async () => {
  const { engine, asked } = engineWith({ gone: true });
  expect(await bringBack(engine, node)).toBe(false);
  await expect(takeAway(engine, node)).rejects.toThrow("node agent-1 no longer exists");
  expect(asked).toEqual([]);
});

it.each([
  ["another checkout's label", { label: "testbed-of-another" }],
  ["another name", { hostname: "server" }],
])("a container with %s is never touched", async (_, change) => {
  const { engine, asked } = engineWith(change);
  await expect(takeAway(engine, node)).rejects.toThrow("is not this workspace's node agent-1");
  await expect(bringBack(engine, node)).rejects.toThrow("is not this workspace's node agent-1");
  await expect(ownedNode(engine, node)).rejects.toThrow("is not this workspace's node agent-1");
  expect(asked).toEqual([]);
});
