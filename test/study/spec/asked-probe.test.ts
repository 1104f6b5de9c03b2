import { expect, it } from "vitest";
import { builtInService, checkService } from "../../../infra/services/index.ts";
import { openAsked, probeOf } from "../../../study/spec/asked.ts";
import { plainAsk } from "../../../workloads/ask/ask.ts";
import { type AskedRequest, requestsOf } from "../../../workloads/ask/asked.ts";

const probe = (request: AskedRequest, headers = {}) => {
  const service = builtInService();
  const asking = { ...service, spec: { ...service.spec, ask: { ...service.spec.ask, headers } } };
  const requests = { ...requestsOf([]), request: () => request };
  return probeOf(asking, { ask: plainAsk, requests, judge: {} })!.headers;
};

it("the request that shows a service ready says what its body is, as those of the load do", () => {
  const body = Buffer.from("{}");
  expect(probe({ body })).toEqual({ "content-type": "application/json" });
  expect(probe({ body, contentType: "text/plain" })).toEqual({ "content-type": "text/plain" });
  expect(probe({ body }, { "Content-Type": "text/csv" })).toEqual({ "Content-Type": "text/csv" });
  expect(probe({ body: Buffer.alloc(0) })).toEqual({});
});

it("what its service is started with is hidden wherever an answer repeats it, as what it is asked with is", async () => {
  const spec = checkService(
    {
      name: "own",
      run: {
        kind: "command",
        command: ["serve", "{port}"],
        environment: { KEY: { environment: "OWN_KEY" }, MODE: "fast" },
      },
      ask: { headers: { authorization: { environment: "OWN_TOKEN", prefix: "Bearer " } } },
    },
    "own",
  );
  const environment = { OWN_KEY: "k3y-of-it", OWN_TOKEN: "t0ken-of-it" };
  const { asked } = await openAsked({ spec, folder: "/nowhere", digest: "sha256:0" }, undefined, environment);
  expect([...asked.ask.secrets].sort()).toEqual(["k3y-of-it", "t0ken-of-it"]);
});
