import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPods } from "../../../../../infra/targets/kubernetes/pods/pods.ts";
import { type ScriptedApiServer, scriptedApiServer } from "../api-server.ts";

describe("a namespace that is asked to go", () => {
  const asked: string[] = [];
  let server: ScriptedApiServer;

  beforeEach(async () => {
    asked.length = 0;
    server = await scriptedApiServer((request, response) => {
      asked.push(`${request.method} ${request.url?.split("?")[0]}`);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Success" }));
    });
  });
  afterEach(() => server.end());

  it("is asked first, and its deployments next, so that their pods end while its controller still waits", async () => {
    await openPods(server.kubeconfig).askToGo("testbed-onnx");
    expect(asked).toEqual([
      "DELETE /api/v1/namespaces/testbed-onnx",
      "DELETE /apis/apps/v1/namespaces/testbed-onnx/deployments",
    ]);
  });
});
