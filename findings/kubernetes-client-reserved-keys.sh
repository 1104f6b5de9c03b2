#!/usr/bin/env bash
# The Kubernetes client for JavaScript leaves out a manifest's key where the key is a reserved word of that language: its models call the
# field `_default`, so that a manifest as YAML or kubectl has it (`default`) is sent without it, with no error, and the server takes the
# rest. `KubernetesObjectApi`, which exists to send plain manifests, goes by the same models.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @kubernetes/client-node@1.4.0
cat > sent.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { CoreV1Api, KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";

const bodies = [];
const server = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  response.setHeader("content-type", "application/json");
  if (request.method === "GET") {
    const resources = [{ name: "limitranges", kind: "LimitRange", namespaced: true, verbs: ["create"] }];
    return response.end(JSON.stringify({ kind: "APIResourceList", groupVersion: "v1", resources }));
  }
  bodies.push(JSON.parse(text));
  response.end(text);
}).listen(0, "127.0.0.1");
await once(server, "listening");

const config = new KubeConfig();
config.loadFromClusterAndUser({ name: "c", server: `http://127.0.0.1:${server.address().port}`, skipTLSVerify: true }, { name: "u" });
const limits = (key) => ({
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name: "limits", namespace: "n" },
  spec: { limits: [{ type: "Container", [key]: { memory: "256Mi" }, defaultRequest: { memory: "128Mi" } }] },
});
const core = config.makeApiClient(CoreV1Api);
await core.createNamespacedLimitRange({ namespace: "n", body: limits("default") });
await KubernetesObjectApi.makeApiClient(config).create(limits("default"));
await core.createNamespacedLimitRange({ namespace: "n", body: limits("_default") });
server.close();

const keys = bodies.map(({ spec }) => Object.keys(spec.limits[0]).sort().join(" "));
const expected = ["defaultRequest type", "defaultRequest type", "default defaultRequest type"];
for (const [index, what] of ["default", "default, as a plain object", "_default"].entries())
  console.log(`given ${what}: sent ${keys[index]}`);
if (JSON.stringify(keys) !== JSON.stringify(expected)) {
  console.log("changed: no longer so");
  process.exit(1);
}
JS
node sent.mjs
