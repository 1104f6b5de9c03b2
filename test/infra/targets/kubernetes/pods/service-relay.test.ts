/** The relay to a service behind an API server, played by a server that notes what it is asked. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { relayTo } from "../../../../../infra/targets/kubernetes/pods/service-relay.ts";

let server: http.Server;
let asked: { readonly url: string; readonly authorization: string; readonly body: string }[];
let kubeconfig: string;

beforeEach(async () => {
  asked = [];
  server = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ url: request.url!, authorization: request.headers.authorization ?? "", body });
    response.writeHead(429, { "content-type": "application/json" }).end('{"busy":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    clusters: [
      {
        name: "c",
        cluster: {
          server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          "insecure-skip-tls-verify": true,
        },
      },
    ],
    users: [{ name: "u", user: { token: "mine" } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
  });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe("the relay to a service", () => {
  it("passes request and answer on as they are, with the cluster's authentication", async () => {
    const relay = await relayTo(kubeconfig, { namespace: "n", service: "serving", port: "http" });
    const answer = await fetch(`${relay.url}/classify`, { method: "POST", body: "text" });
    expect(answer.status).toBe(429);
    expect(await answer.json()).toEqual({ busy: true });
    expect(asked).toEqual([
      {
        url: "/api/v1/namespaces/n/services/serving:http/proxy/classify",
        authorization: "Bearer mine",
        body: "text",
      },
    ]);
    await relay.end();
    await expect(fetch(relay.url)).rejects.toThrow();
  });

  it("answers 502 where the API server is gone, and goes on", async () => {
    const relay = await relayTo(kubeconfig, { namespace: "n", service: "serving", port: "http" });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect((await fetch(`${relay.url}/ready`)).status).toBe(502);
    await relay.end();
    server = http.createServer().listen(0);
  });
});
