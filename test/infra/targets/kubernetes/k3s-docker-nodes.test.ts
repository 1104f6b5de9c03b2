import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import type { DockerEngine } from "../../../../infra/docker/engine.ts";
import { whyNodesNotReady } from "../../../../infra/targets/kubernetes/k3s-docker-nodes.ts";
import { nodeEvents } from "../../../../infra/targets/kubernetes/pods/deployment-events.ts";

const nodes = [
  { name: "server", container: "a" },
  { name: "agent-1", container: "b" },
];

function engineWith(agent: { readonly Running: boolean; readonly StartedAt: string }): DockerEngine {
  const server = { Running: true, StartedAt: "2026-04-20T10:00:00.5Z" };
  return {
    find: async (path: string) => ({ State: path === "/containers/a/json" ? server : agent }),
  } as unknown as DockerEngine;
}

const podOn = (nodeName: string, startedAt: string) =>
  ({
    metadata: { name: "serving-1" },
    spec: { nodeName },
    status: { containerStatuses: [{ state: { running: { startedAt: new Date(startedAt) } } }] },
  }) as unknown as V1Pod;

describe("nodes in containers", () => {
  const pod = podOn("agent-1", "2026-04-20T10:01:00Z");

  it("lack nothing where each runs and its pods are younger than it is, to the whole second", async () => {
    const running = { Running: true, StartedAt: "2026-04-20T10:01:00.9Z" };
    expect(await whyNodesNotReady(engineWith(running), nodes, [pod])).toBe("");
  });

  it("lack the one that does not run, though the cluster has not missed it yet", async () => {
    const ended = { Running: false, StartedAt: "2026-04-20T10:00:00Z" };
    expect(await whyNodesNotReady(engineWith(ended), nodes, [pod])).toBe("its node agent-1 is not running");
  });

  it("lack word of pods that the cluster still calls ready from before their node was lost", async () => {
    const back = { Running: true, StartedAt: "2026-04-20T10:02:00Z" };
    const why = await whyNodesNotReady(engineWith(back), nodes, [pod]);
    expect(why).toBe("node agent-1 came back and has not reported serving-1 yet");
    expect(await whyNodesNotReady(engineWith(back), nodes, [podOn("server", "2026-04-20T10:01:00Z")])).toBe(
      "",
    );
  });
});

describe("a node that the API server tells of", () => {
  const node = (status: string) =>
    ({
      metadata: { name: "agent-1" },
      status: { conditions: [{ type: "Ready", status, lastTransitionTime: "2026-04-20T10:00:07Z" }] },
    }) as unknown as V1Node;

  it("is unready once it has not been heard of, and ready when it is", () => {
    const told = { source: "api-server", subject: "node agent-1", statedAt: "2026-04-20T10:00:07.000Z" };
    expect(nodeEvents(node("True"), node("Unknown"))).toEqual([{ ...told, kind: "node-unready" }]);
    expect(nodeEvents(node("Unknown"), node("True"))).toEqual([{ ...told, kind: "node-ready" }]);
    expect(nodeEvents(node("False"), node("Unknown"))).toEqual([]);
  });
});
