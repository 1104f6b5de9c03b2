/** What reaches the API server of what a program says, seen by a server that answers with what it was sent. */
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openCluster } from "../../../infra/airgap/kubernetes/api/cluster.ts";
import { kinds } from "../../../infra/airgap/kubernetes/kinds/index.ts";

let url: string;
const sent: { method?: string | undefined; body: string }[] = [];
const server = createServer(async (request, answer) => {
  let body = "";
  for await (const part of request) body += part;
  answer.setHeader("content-type", "application/json");
  if (request.method === "GET") {
    const names = { networkpolicies: "NetworkPolicy", limitranges: "LimitRange", deployments: "Deployment" };
    const resources = Object.entries(names).map(([name, kind]) => ({
      name,
      kind,
      namespaced: true,
      verbs: [],
    }));
    return answer.end(JSON.stringify({ kind: "APIResourceList", resources }));
  }
  sent.push({ method: request.method, body });
  return answer.end(body);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => server.close());

const metadata = { name: "testbed", namespace: "here", creationTimestamp: "2026-01-02T03:04:05Z" };
const objects = [
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.42.0.0/16"] } }] }],
    },
  },
  {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata,
    spec: { limits: [{ type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "1" } }] },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: { replicas: 2, newerThanTheClient: { a: [1] } },
  },
];

it.each(objects)("a $kind goes and comes back as it is", async (object) => {
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: {} }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
  sent.length = 0;
  const live = await openCluster(kubeconfig, "", Object.values(kinds)).apply(object, {
    fieldManager: "test",
    force: true,
  });
  expect(JSON.parse(sent[0]!.body)).toEqual(object);
  expect(sent[0]!.method).toBe("PATCH");
  expect(live).toEqual(object);
});
