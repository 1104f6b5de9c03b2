/** Disruptions through the API, against a server that notes what it is asked. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { disruptions } from "../../../infra/disruptions/index.ts";
import type { ClusterAccess } from "../../../infra/disruptions/service-under-test.ts";
import { kubeContext } from "../../../infra/workspace/kube-context.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import { type ScriptedApiServer, scriptedApiServer } from "../targets/kubernetes/api-server.ts";

const namespace = "testbed-onnx";
const metadata = { name: "serving", namespace, uid: "uid-of-it", labels: { "testbed/variant": namespace } };

let server: ScriptedApiServer;
let folder: string;
let kubeconfig: string;
let changes: { readonly method: string; readonly url: string; readonly body: object }[];
/** To what changes something. */
let status: number;
let labels: object;

beforeEach(async () => {
  changes = [];
  status = 200;
  labels = metadata.labels;
  server = await scriptedApiServer(async (request, response) => {
    const { method = "", url = "" } = request;
    const deployment = { metadata: { ...metadata, labels }, spec: { replicas: 2 } };
    const conditions = [{ type: "Ready", status: "True" }];
    if (method === "GET") {
      const pod = { metadata: { ...metadata, labels, name: "serving-1" }, status: { conditions } };
      return answer(response, 200, url.includes("/pods") ? { items: [pod] } : deployment);
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    changes.push({ method, url: url.split("?")[0]!, body: JSON.parse(body) });
    return answer(response, status, status === 200 ? deployment : { kind: "Status", code: status });
  });
  folder = mkdtempSync(join(tmpdir(), "disruptions-"));
  kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig);
});

afterEach(async () => {
  await server.end();
  rmSync(folder, { recursive: true });
});

function answer(response: http.ServerResponse, code: number, body: object): void {
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const ours = (): ClusterAccess => ({ kubeconfig, context: null });
const theirs = (identity = kubeContext({ context: "c", kubeconfig }).identity): ClusterAccess => ({
  kubeconfig,
  context: { name: "c", identity },
});

function chosen<T extends "k3s" | "k3s-docker" | "cluster">(target: T, cluster: ClusterAccess) {
  const service = { target, name: "x.onnx", namespace, cluster, origin: "", replicas: 2, nodes: [] };
  return { service, settings: { graceSeconds: -1, seconds: 5 }, random: randomStream(1, "s"), route: null };
}

describe("a disruption through the API", () => {
  it.each([
    ["k3s", ours],
    ["k3s-docker", ours],
    ["cluster", theirs],
  ] as const)(
    "on %s names the object by its uid, when it is done and when it is undone",
    async (target, access) => {
      const { on, inject, undo } = disruptions["scale-down"];
      const subject = await on[target]!(chosen(target, access()) as never);
      expect(JSON.stringify(subject)).not.toContain("mine"); // The token of the kubeconfig.
      await inject(subject);
      expect(await undo(subject)).toBe(true);
      const url = `/apis/apps/v1/namespaces/${namespace}/deployments/serving`;
      expect(changes).toEqual(
        [1, 2].map((replicas) => ({
          ...{ method: "PATCH", url },
          body: { metadata: { uid: "uid-of-it" }, spec: { replicas } },
        })),
      );
    },
  );

  it("does not touch what does not carry the stack's label", async () => {
    labels = { "testbed/variant": "of-another" };
    for (const name of ["pod-delete", "scale-down", "rollout-recreate"] as const) {
      await expect(disruptions[name].on.cluster!(chosen("cluster", theirs()))).rejects.toThrow(
        "does not belong to the stack testbed-onnx",
      );
    }
    expect(changes).toEqual([]);
  });

  it.each([404, 409])("is not undone where the object has gone or is another one (%i)", async (code) => {
    const { on, undo } = disruptions["scale-down"];
    const subject = await on.k3s!(chosen("k3s", ours()));
    status = code;
    expect(await undo(subject)).toBe(false);
  });

  it("is not undone where the cluster has gone with its credentials", async () => {
    const { on, undo } = disruptions["scale-down"];
    const subject = await on.k3s!(chosen("k3s", ours()));
    rmSync(kubeconfig);
    expect(await undo(subject)).toBe(false);
  });

  it("is refused where somebody's context now points to another cluster, with nothing touched", async () => {
    const { on, undo } = disruptions["scale-down"];
    const subject = await on.cluster!(chosen("cluster", theirs()));
    const elsewhere = { ...subject.deployment, cluster: theirs("of-another") };
    await expect(undo({ ...subject, deployment: elsewhere })).rejects.toThrow(
      "the context c now points to another cluster",
    );
    expect(changes).toEqual([]);
  });
});

describe("the loss of a node", () => {
  it("is not made where no agent holds a pod of the service: the server is never taken", async () => {
    const { service, ...rest } = chosen("k3s-docker", ours());
    const nodes = [{ name: "server", container: "a".repeat(64) }];
    await expect(
      disruptions["node-loss"].on["k3s-docker"]!({ ...rest, service: { ...service, nodes } }),
    ).rejects.toThrow("no agent node holds a ready pod of x.onnx");
  });
});
