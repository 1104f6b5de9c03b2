/** How a service is asked, as bytes on the wire. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deserialize } from "node:v8";
import { describe, expect, it } from "vitest";
import { askSpec, plainAsk, type ResolvedAsk, resolveAsk } from "../../../workloads/ask/ask.ts";
import { type AskedRequest, requestsOf } from "../../../workloads/ask/asked.ts";
import { handedTo } from "../../../workloads/drive/share.ts";
import { packed } from "../../../workloads/drive/worker-api.ts";
import { requestFor } from "../../../workloads/generator/request.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";

const url = "http://127.0.0.1:3000/classify?x=1";
const body = Buffer.from("{}");
const made = (ask: ResolvedAsk, requests: readonly AskedRequest[]) =>
  requestFor({ url, ask, requests, judge: {} }, { readsBody: false });

describe("a request", () => {
  it("is one write of head and body", () => {
    const { origin, requests } = made(plainAsk, [{ body }]);
    expect(origin).toMatchObject({ host: "127.0.0.1", port: 3000 });
    expect(requests[0]!.bytes.toString()).toBe(
      "POST /classify?x=1 HTTP/1.1\r\nhost: 127.0.0.1:3000\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    );
  });

  it("says what its payload says over what the service says", () => {
    const ask = resolveAsk(askSpec.parse({ headers: { "X-A": "1", "X-B": "2" }, connection: "new" }), {});
    const request = { body, method: "PUT", path: "/other", headers: [["x-b", "3"]] } as const;
    expect(made(ask, [request]).requests[0]!.bytes.toString()).toBe(
      "PUT /other HTTP/1.1\r\nhost: 127.0.0.1:3000\r\nx-a: 1\r\nx-b: 3\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
    );
  });

  it("of GET without a body has no length to state", () => {
    const ask = resolveAsk(askSpec.parse({ method: "GET", headers: {} }), {});
    const [bytes] = made(ask, [{ body: Buffer.alloc(0) }]).requests;
    expect(bytes!.bytes.toString()).toBe("GET /classify?x=1 HTTP/1.1\r\nhost: 127.0.0.1:3000\r\n\r\n");
  });
});

describe("a certificate authority", () => {
  const certificate = new URL("../tls/certificate.pem", import.meta.url).pathname;
  const of = (file: string, headers = {}) =>
    resolveAsk(askSpec.parse({ certificateAuthority: file, headers }), {}, dirname(certificate));

  it("is read from beside the service file, its certificates and nothing else, and is handed to load pods", () => {
    const pem = readFileSync(certificate, "utf8").trim();
    const { authority } = of("certificate.pem");
    expect(authority).toBe(pem);
    const asked = { ask: of("certificate.pem"), requests: requestsOf([Buffer.from("{}")]), judge: {} };
    const law = { arrival: { kind: "constant" }, ratePerSecond: 1, durationSeconds: 2, seed: 1 } as const;
    const schedule = materialise({ ...law, payloadCount: 1 });
    const handed = handedTo({ url: "https://there/", schedule, asked, timeoutMs: 1 }, 0);
    expect((deserialize(packed(handed).content) as typeof handed).ask.authority).toBe(pem);
  });

  it("that is not there or holds no certificate is told beside every other problem", () => {
    const problemsOf = (failing: () => unknown) => {
      try {
        return failing();
      } catch (error) {
        return (error as { problems: { path: string; got: string }[] }).problems.map(
          ({ path, got }) => `${path}: ${got}`,
        );
      }
    };
    const folder = dirname(certificate);
    expect(problemsOf(() => of("none.pem", { a: { environment: "TOKEN" } }))).toEqual([
      "ask.headers.a: not set",
      `ask.certificateAuthority: no such file: ${join(folder, "none.pem")}`,
    ]);
    expect(problemsOf(() => of("key.pem"))).toEqual([
      `ask.certificateAuthority: no certificate in ${join(folder, "key.pem")}`,
    ]);
  });
});

describe("a header from the environment", () => {
  const spec = askSpec.parse({
    headers: { authorization: { environment: "TOKEN", prefix: "Bearer " }, "x-key": { environment: "KEY" } },
  });

  it("has its value in memory, named as a secret", () => {
    expect(resolveAsk(spec, { TOKEN: "t0ken", KEY: "k" })).toMatchObject({
      headers: [
        ["authorization", "Bearer t0ken"],
        ["x-key", "k"],
      ],
      secrets: ["t0ken", "k"],
    });
  });

  it("that is not set, or would end its header, is told for all of them, without the value", () => {
    const failing = () => resolveAsk(spec, { KEY: "half\r\nx-evil: 1" });
    expect(failing).toThrow(/a header has no value/);
    try {
      failing();
    } catch (error) {
      const { problems } = error as { problems: { path: string; got: string }[] };
      expect(problems.map(({ path, got }) => [path, got])).toEqual([
        ["ask.headers.authorization", "not set"],
        ["ask.headers.x-key", "characters that a header cannot hold"],
      ]);
    }
  });
});

it.each([
  [{ headers: { "content-length": "5" } }],
  [{ headers: { "bad name": "x" } }],
  [{ headers: { a: "x\r\nb: y" } }],
  [{ path: "embed" }],
  [{ path: "/a b" }],
  [{ method: "post" }],
  [{ metod: "POST" }],
])("%j is no way to ask", (spec) => {
  expect(askSpec.safeParse(spec).success).toBe(false);
});
