import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { packageRoot } from "../../../infra/workspace/paths.ts";
import { tryCommand } from "../../../study/commands/try.ts";
import { adviceOn } from "../../../study/try/advice.ts";
import { placesOf } from "../../../study/try/answer-shape.ts";
import { askingOf, askOnce } from "../../../study/try/ask-once.ts";
import { eventsOf, exchangeText } from "../../../study/try/exchange-text.ts";
import { askSpec, resolveAsk } from "../../../workloads/ask/ask.ts";
import { requestsOf } from "../../../workloads/ask/asked.ts";
import { type JudgeSpec, judgeSpec } from "../../../workloads/judge/judge.ts";

/** Answers as the path says; repeats the credentials, as a debugging server might. */
let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://x");
    const json = (status: number, value: unknown, headers = {}) =>
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify(value));
    if (pathname === "/predict") {
      return json(200, { predictions: [{ label: "cat", score: 0.9 }], seen: request.headers.authorization });
    }
    if (pathname === "/moved") return json(308, {}, { location: "/predict" });
    if (pathname === "/put") return json(405, {}, { allow: "PUT" });
    if (pathname === "/secret") return json(401, { error: "who are you?" });
    if (pathname === "/events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const say = (word: string) => response.write(`data: ${word}\n\n`);
      say("one");
      setTimeout(() => say("two"), 60);
      setTimeout(() => {
        say("three");
        response.end();
      }, 240);
      return;
    }
    if (pathname === "/headers") return json(200, request.headers);
    if (pathname === "/text") return response.end("hello");
    if (pathname === "/bad") return json(422, { detail: "field text is missing" });
    json(404, {});
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

async function exchange(path: string, given: JudgeSpec = {}, url = origin + path) {
  const judge = judgeSpec.parse(given);
  const spec = askSpec.parse({ headers: { authorization: { environment: "TOKEN", prefix: "Bearer " } } });
  const ask = resolveAsk(spec, { TOKEN: "s3cr3t" });
  const asked = { ask, requests: requestsOf([Buffer.from('{"text":"a"}')]), judge };
  const seen = await askOnce(askingOf(asked, 0, url), asked);
  return {
    seen,
    told: exchangeText(seen, judge, ask.secrets),
    advice: (offered: string[] = []) => adviceOn({ ...seen, judge, offered, isUrl: true }).join("\n"),
  };
}

describe("testbed try says what would have to change where", () => {
  it.each<[string, string, JudgeSpec, string]>([
    ["it should be a stream", "/text", { stream: "sse" }, "A stream has events"],
    ["nothing is served at the path", "/none", {}, "Nothing is served at /none: change ask.path."],
    ["the method is another", "/put", {}, "which takes PUT: change ask.method."],
    ["it redirects", "/moved", {}, "It redirects to /predict, and a load follows no redirects"],
    ["credentials are refused", "/secret", {}, "The credentials in ask.headers are refused"],
    ["the body is not what it expects", "/bad", {}, "the answer above says why: change the payload"],
    ["the status is none of judge's", "/predict", { status: [201] }, "judge.status does not name 200."],
    ["the answer is no JSON", "/text", { label: "/label" }, "and not JSON"],
    [
      "the pointer leads to another place",
      "/predict",
      { label: "/label" },
      "Is /label meant to be /predictions/0/label?",
    ],
    [
      "the name is nearly the one",
      "/predict",
      { json: [{ pointer: "/prediction/0", exists: true }] },
      "Is /prediction/0 meant to be /predictions/0?",
    ],
    ["only the status is looked at", "/predict", {}, "Only the status is checked"],
  ])("%s", async (_, path, judge, advice) => {
    expect((await exchange(path, judge)).advice()).toContain(advice);
  });

  it("nobody listens", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await new Promise((resolve) => other.close(resolve));
    const { seen, advice } = await exchange("/", {}, `http://127.0.0.1:${port}/`);
    expect(seen.verdict).toMatchObject({ outcome: "none", refused: true });
    expect(advice()).toContain(`Nothing listens at 127.0.0.1:${port}`);
  });

  it("the port is one that browsers refuse: a load asks there, and so does this", async () => {
    // https://fetch.spec.whatwg.org/#port-blocking names 6000 and 1; whether something listens is another matter.
    const { seen } = await exchange("/", {}, "http://127.0.0.1:1/");
    expect(seen.verdict).toMatchObject({ outcome: "none", refused: true });
  });

  it("TLS is spoken to a server that has none", async () => {
    const { advice } = await exchange("/", {}, origin.replace("http:", "https:"));
    expect(advice()).toContain("does not speak TLS: is it http:");
  });

  it("the service knows its own paths", async () => {
    expect((await exchange("/none")).advice(["POST /predict"])).toContain("POST /predict");
  });
});

describe("what testbed try shows", () => {
  it("has the request, the answer and the judgement, and no secret, whoever says it", async () => {
    const { told } = await exchange("/predict", { status: [200], label: "/predictions/0/label" });
    expect(told.split("\n")).toEqual([
      `request  POST ${origin}/predict`,
      "  authorization: Bearer ***",
      "  content-type: application/json",
      '  {"text":"a"}',
      expect.stringMatching(/^answer {3}200 application\/json, \d+ bytes in [\d.]+ ms/),
      '  {"predictions":[{"label":"cat","score":0.9}],"seen":"Bearer ***"}',
      'judged   right: status 200, /predictions/0/label; its label is "cat"',
    ]);
  });

  it("has the events of a stream: how many, the first and the last, and what is between them", async () => {
    const { seen, told } = await exchange("/events", { stream: "sse" });
    const events = eventsOf(seen.answer!)!;
    expect(events.count).toBe(3);
    expect(events.lastMs - events.firstMs).toBeGreaterThan(150);
    expect(events.largestGapMs).toBeGreaterThan(events.medianGapMs!);
    expect(told).toMatch(
      /^events {3}3, the first after [\d.]+ ms and the last after [\d.]+ ms; from one to/m,
    );
    expect(eventsOf((await exchange("/events")).seen.answer!)).toBeUndefined();
  });

  it("has the request as a load sends it: no header that nobody asked for, credentials of the address as one", async () => {
    const { seen, told } = await exchange(
      "/headers",
      {},
      `${origin.replace("//", "//ann:pa55word@")}/headers`,
    );
    expect(Object.keys(JSON.parse(seen.answer!.body.toString())).sort()).toEqual(
      ["authorization", "connection", "content-length", "content-type", "host"].sort(),
    );
    expect(told).not.toMatch(/pa55word|YW5uOnBhNTV3b3Jk/);
  });

  it("names what there is in an answer by its pointers", () => {
    const body = Buffer.from('{"a/b":[{"x":1}],"v":[1,2,3],"e":[],"t":"some text"}');
    expect(placesOf(body)).toEqual([
      { pointer: "/a~1b/0/x", what: "1" },
      { pointer: "/v", what: "array of 3 numbers" },
      { pointer: "/e", what: "array of 0" },
      { pointer: "/t", what: '"some text"' },
    ]);
    expect(placesOf(Buffer.from("<html>"))).toBeUndefined();
  });
});

describe("testbed try of a command", () => {
  /** @returns the folder of its service file */
  const folderOf = (script: string) => {
    const folder = mkdtempSync(join(tmpdir(), "try-"));
    writeFileSync(
      join(folder, "server.js"),
      `const http = require("node:http");
       console.log("the token is", process.env.TOKEN);
       http.createServer((q, s) => { s.setHeader("content-type", "application/json"); s.end('{"label":"cat"}'); })
         .listen(Number(process.argv[2]), "127.0.0.1");`,
    );
    const service = {
      name: "cats",
      run: { kind: "command", command: ["node", script, "{port}"] },
      ask: { path: "/predict", headers: { authorization: { environment: "TOKEN" } } },
      judge: { label: "/class" },
    };
    writeFileSync(join(folder, "service.json"), JSON.stringify(service));
    return folder;
  };

  it("ends with 5 where the answer is judged wrong, with the end of its log, no secret shown and nothing left up", async () => {
    const folder = folderOf("server.js");
    const { exitCode, stdout } = await execa(
      "node",
      [join(packageRoot, "study", "testbed.js"), "try", "service.json"],
      { cwd: folder, env: { TOKEN: "s3cr3t" }, reject: false },
    );
    expect(exitCode).toBe(5);
    expect(stdout).toContain("WRONG: /class holds no label");
    expect(stdout).toContain("the token is ***");
    expect(stdout).not.toContain("s3cr3t");
    expect(readdirSync(join(folder, ".testbed", "services"))).toEqual([]);
    expect(readFileSync(join(folder, ".testbed", ".gitignore"), "utf8")).toBe("*\n");
  }, 90_000);

  it("fails where it does not start, with what it said", async () => {
    vi.stubEnv("TOKEN", "s3cr3t");
    const tried = tryCommand.run([join(folderOf("gone.js"), "service.json")], {});
    await expect(tried.finally(() => vi.unstubAllEnvs())).rejects.toMatchObject({
      kind: "provisionFailed",
      message: expect.stringContaining("Cannot find module"),
    });
  });
});
