/** The K3s nodes in containers as a graph: what is asked of an engine for how many nodes. */
import { beforeAll, describe, expect, it } from "vitest";
import { K3sDockerNode } from "../../infra/components/k3s-docker-node.ts";
import { graphOf, useMocks } from "./graph.ts";

beforeAll(useMocks);

function graphOfNodes(nodes: number) {
  return graphOf(() => {
    new K3sDockerNode("node", {
      stack: "k3s-docker.node",
      prefix: "testbed-1234",
      nodes,
      image: { name: "testbed.local/k3s-node:1", layout: "/layout", digest: `sha256:${"0".repeat(64)}` },
      binary: "/usr/local/bin/k3s-server",
      pauseImage: "testbed.local/pause:1",
      network: "bridge",
      startTimeoutSeconds: 60,
    });
  });
}

/** The server first. They are asked for in no order. */
const containersOf = async (nodes: number) =>
  (await graphOfNodes(nodes))
    .filter(({ type }) => type === "docker:index/container:Container")
    .sort((a, b) => b.name.localeCompare(a.name));

describe("K3s nodes in containers", () => {
  it("are a server, agents that join it, a volume each, one network and one cluster", async () => {
    const graph = await graphOfNodes(3);
    const count = (suffix: string) => graph.filter(({ type }) => type.endsWith(suffix)).length;
    expect([":Container", ":Volume", ":Network", ":Containers"].map(count)).toEqual([3, 3, 1, 1]);
    const [server, ...agents] = await containersOf(3);
    expect(server!.inputs.command[1]).toBe("server");
    for (const { inputs } of agents) {
      expect(inputs.command.slice(1, 3)).toEqual(["agent", "--server"]);
      expect(inputs.ports).toEqual([]);
    }
  });

  it("are reached from this machine only", async () => {
    const [server] = await containersOf(1);
    expect(server!.inputs.ports.every(({ ip }: { ip: string }) => ip === "127.0.0.1")).toBe(true);
  });

  it("leave a running node as it is when another joins", async () => {
    const [alone] = await containersOf(1);
    const [first] = await containersOf(2);
    expect(first!.inputs).toEqual(alone!.inputs);
  });

  it("have pod networks that do not overlap, and a route to each other's", async () => {
    const networks = (await containersOf(2)).map(({ inputs }) => {
      const settings = Object.fromEntries(
        inputs.envs.map((line: string) => line.split(/=(.*)/s).slice(0, 2)),
      );
      const subnet = JSON.parse(settings.CNI_CONFIG).plugins[0].ipam.ranges[0][0].subnet;
      return { subnet, routes: settings.ROUTES as string, address: inputs.networksAdvanced[0].ipv4Address };
    });
    expect(networks[0]!.subnet).not.toBe(networks[1]!.subnet);
    expect(networks[0]!.routes).toContain(`${networks[1]!.subnet}=${networks[1]!.address}`);
    expect(networks[1]!.routes).toContain(`${networks[0]!.subnet}=${networks[0]!.address}`);
  });
});
