/** The watch of a deployment, against an API server whose watches end, break and are refused. */
import type http from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { pause } from "../../../../../infra/host/process.ts";
import { watchDeployment } from "../../../../../infra/targets/kubernetes/pods/deployment-watch.ts";
import { type ScriptedApiServer, scriptedApiServer } from "../api-server.ts";

const againAfterMs = 60;
let server: ScriptedApiServer;
let watches: { readonly path: string; readonly response: http.ServerResponse }[];
let kinds: string[];
let unwatch: () => Promise<void>;

beforeEach(async () => {
  watches = [];
  kinds = [];
  server = await scriptedApiServer(({ url = "" }, response) => {
    const { pathname, searchParams } = new URL(url, "http://server");
    response.writeHead(200, { "content-type": "application/json" });
    if (searchParams.has("watch")) {
      response.flushHeaders();
      watches.push({ path: pathname.split("/").at(-1)!, response });
    } else response.end(JSON.stringify({ metadata: { resourceVersion: "1" }, items: [podNamed("there")] }));
  });
  unwatch = watchDeployment(server.kubeconfig, { namespace: "n", againAfterMs }, ({ kind }) =>
    kinds.push(kind),
  );
  await until(() => watches.length === 2);
});

afterEach(async () => {
  await unwatch();
  await server.end();
});

it("a watch that ends, as each does some day, says nothing of the server", async () => {
  await pause(againAfterMs + 20); // Longer than between two attempts: the first is made at once.
  watches.find(({ path }) => path === "pods")!.response.end();
  await until(() => watches.length === 3);
  watches.at(-1)!.response.write(`${JSON.stringify({ type: "ADDED", object: podNamed("new") })}\n`);
  await until(() => kinds.includes("pod-created"));
  expect(kinds).toEqual(["pod-created"]);
});

it("a watch whose connection breaks says nothing either, where the server answers the next one", async () => {
  for (const { response } of watches) response.destroy();
  await until(() => watches.length === 4);
  watches.at(-1)!.response.write("\n");
  await pause(20);
  expect(kinds).toEqual([]);
});

it("a server that does not answer is away once, and back once", async () => {
  await server.leave();
  await until(() => kinds.length === 1);
  await pause(3 * againAfterMs); // Attempts that fail.
  expect(kinds).toEqual(["api-away"]);
  await server.comeBack();
  await until(() => watches.length === 4);
  await until(() => kinds.length === 2);
  await pause(20);
  expect(kinds).toEqual(["api-away", "api-back"]);
});

function podNamed(name: string): object {
  return { metadata: { name, namespace: "n", uid: `uid-${name}`, resourceVersion: "2" } };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}
