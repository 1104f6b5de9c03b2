/** What a user is told of a service that cannot be measured: one error, with the reason, before anything is driven. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { firstAnswer } from "../../../study/trial/first-answer.ts";
import { failWithoutSuccess, outcomeCounts, uselessness } from "../../../study/trial/no-success.ts";
import { askSpec, resolveAsk } from "../../../workloads/ask/ask.ts";
import { type Asked, requestsOf } from "../../../workloads/ask/asked.ts";
import type { JudgeSpec } from "../../../workloads/judge/judge.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
}

function ask(url: string, judge: JudgeSpec = {}, headers: object = {}, environment = {}) {
  const asked: Asked = {
    ask: resolveAsk(askSpec.parse({ headers }), environment),
    requests: requestsOf([Buffer.from("{}")]),
    judge,
  };
  const endpoint = { url, logFile: "its.log" };
  return firstAnswer({ name: "new", endpoint, asked, timeoutMs: 300, signal: new AbortController().signal });
}

describe("the first request to a service", () => {
  it("that is answered as it should be says nothing", async () => {
    const url = await serve((_, answer) => answer.end('{"a":1}'));
    expect(await ask(url, { json: [{ pointer: "/a", exists: true }] })).toBe("");
  });

  it("that is answered otherwise the second time is told, as a note", async () => {
    let count = 0;
    const url = await serve((_, answer) => answer.end(`{"a":${count++}}`));
    expect(await ask(url)).toMatch(/new gave another answer when the same request was repeated/);
  });

  it("for a stream needs an event, as each request of the load does", async () => {
    const url = await serve((_, answer) => answer.end('{"t":"one"}'));
    await expect(ask(url, { stream: "sse" })).rejects.toThrow(
      "new answered its first request wrongly: a stream without an event",
    );
    const streams = await serve((_, answer) => answer.end('data: {"t":"one"}\n\n'));
    expect(await ask(streams, { stream: "sse" })).toBe("");
  });

  it("to a port that refuses is one error that says so", async () => {
    await expect(ask("http://127.0.0.1:1/predict")).rejects.toMatchObject({
      kind: "runFailed",
      message: "new does not answer: the connection is refused",
      hint: "Its log: its.log",
    });
  });

  it("that nobody answers ends at its limit", async () => {
    const url = await serve(() => {});
    await expect(ask(url)).rejects.toThrow("new does not answer: nothing within 300 ms");
    for (const server of servers) server.closeAllConnections();
  });

  it("that is redirected is not followed: the error says where to", async () => {
    const url = await serve((_, answer) => answer.writeHead(308, { location: "https://other/" }).end());
    await expect(ask(url)).rejects.toThrow("status 308, to https://other/");
  });

  it("whose answer is judged wrong shows its beginning, cut, and no secret that it repeats", async () => {
    const secret = "hunter2hunter2";
    const url = await serve((request, answer) => {
      answer.end(`{"predictions":[0.4],"you":"${request.headers.authorization}","x":"${"y".repeat(900)}"}`);
    });
    const headers = { authorization: { environment: "TOKEN", prefix: "Bearer " } };
    const judge: JudgeSpec = { json: [{ pointer: "/results", exists: true }] };
    const error = await ask(url, judge, headers, { TOKEN: secret }).catch((reason) => reason);
    expect(error.message).toBe("new answered its first request wrongly: /results is missing");
    expect(error.problems[0].got).toContain('{"predictions":[0.4],"you":"Bearer ***"');
    expect(error.problems[0].got.length).toBeLessThanOrEqual(300);
    expect(JSON.stringify(error.problems)).not.toContain(secret);
  });

  it("with a header whose variable is not set is refused before it is sent", () => {
    expect(() => ask("http://127.0.0.1:1", {}, { authorization: { environment: "NOT_SET" } })).toThrowError(
      expect.objectContaining({
        kind: "badInput",
        problems: [expect.objectContaining({ path: "ask.headers.authorization", got: "not set" })],
      }),
    );
  });
});

describe("a load", () => {
  const example = { outcome: "wrong-answer" as const, status: 200, reason: "not JSON", body: "<html>" };
  const samples = (...outcomes: ["ok" | "wrong-answer" | "http" | "timeout", number][]) =>
    outcomes.map(([outcome, status]) => ({ outcome, status }));

  it("without a success fails, with the statuses and the examples", () => {
    const none = samples(["http", 401], ["http", 401], ["timeout", 0]);
    expect(outcomeCounts(none)).toBe("2 http 401, 1 timeout");
    expect(() => failWithoutSuccess("warm-up of new", none, [example])).toThrowError(
      expect.objectContaining({
        kind: "runFailed",
        message: "warm-up of new: no request succeeded: 2 http 401, 1 timeout",
        problems: [{ path: "status 200", expected: "an answer that is right", got: "not JSON: <html>" }],
      }),
    );
    expect(() => failWithoutSuccess("x", samples(["ok", 200], ["http", 500]), [])).not.toThrow();
    expect(() => failWithoutSuccess("x", [], [])).not.toThrow();
  });

  it("is a failed trial where most of its answers are judged wrong, and none where most are right", () => {
    const of = (...all: ["ok" | "wrong-answer", number][]) =>
      uselessness("b00", { samples: samples(...all), failures: [example] }, "its.log");
    expect(of(["ok", 200], ["wrong-answer", 200], ["wrong-answer", 200])?.message).toBe(
      "b00: 2 of 3 answers are judged wrong",
    );
    expect(of(["ok", 200], ["ok", 200], ["wrong-answer", 200])).toBeUndefined();
  });
});
