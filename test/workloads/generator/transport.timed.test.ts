/** Ways to reach a service, over real sockets. The key and certificate in tls/ were made for these tests and guard nothing. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { saysReady } from "../../../infra/plugin/kinds/process/ready-probe.ts";
import { askSpec, resolveAsk } from "../../../workloads/ask/ask.ts";
import { type Asked, requestsOf } from "../../../workloads/ask/asked.ts";
import { askOnce } from "../../../workloads/ask/single-request.ts";
import { drive } from "../../../workloads/drive/drive.ts";
import type { JudgeSpec } from "../../../workloads/judge/judge.ts";
import { readSamples } from "../../../workloads/samples/samples-file.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";

const signal = new AbortController().signal;
const body = Buffer.from('{"texts":["Fine."]}');
let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

async function serve(server: net.Server, host = "127.0.0.1"): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function asked(ask: object = {}, judge: JudgeSpec = {}, environment = {}): Asked {
  return { ask: resolveAsk(askSpec.parse(ask), environment), requests: requestsOf([body]), judge };
}

function load(url: string, what: Asked, ratePerSecond = 20, durationSeconds = 0.2) {
  const schedule = materialise({
    ...{ arrival: { kind: "constant" }, ratePerSecond, durationSeconds, seed: 1, payloadCount: 1 },
  });
  return drive({ url, schedule, asked: what, timeoutMs: 5_000, signal });
}
const outcomes = (samples: readonly { outcome: string; status: number }[]) =>
  [...new Set(samples.map(({ outcome, status }) => `${outcome} ${status}`))].join();

it("an address of IPv6, and user and password in it", async () => {
  const seen = new Set<string | undefined>();
  const port = await serve(
    http.createServer((request, response) => {
      seen.add(request.headers.authorization);
      response.end("{}");
    }),
    "::1",
  );
  const { samples } = await load(`http://user:p%40ss@[::1]:${port}/x`, asked());
  expect(outcomes(samples)).toBe("ok 200");
  expect([...seen]).toEqual([`Basic ${Buffer.from("user:p@ss").toString("base64")}`]);
});

it("a redirect is a failure that says where it points, and a token in an answer is not shown", async () => {
  const port = await serve(
    http.createServer((request, response) => {
      response.writeHead(307, { location: "https://elsewhere/x" });
      response.end(`you said ${request.headers.authorization}`);
    }),
  );
  const ask = { headers: { authorization: { environment: "TOKEN", prefix: "Bearer " } } };
  const { samples, failures } = await load(
    `http://127.0.0.1:${port}/`,
    asked(ask, {}, { TOKEN: "s3cret-t0ken" }),
  );
  expect(outcomes(samples)).toBe("http 307");
  expect(failures).toEqual([
    {
      outcome: "http",
      status: 307,
      reason: "status 307, a redirect to https://elsewhere/x, which is not followed",
      body: "you said Bearer ***",
    },
  ]);
});

it("a connection for each request, where that is asked for", async () => {
  let connections = 0;
  const server = http.createServer((_, response) => response.end("{}")).on("connection", () => connections++);
  const { samples, health } = await load(
    `http://127.0.0.1:${await serve(server)}/`,
    asked({ connection: "new" }),
  );
  expect(outcomes(samples)).toBe("ok 200");
  expect(connections).toBe(samples.length);
  expect(health.connectionsOpened).toBe(samples.length);
});

it("a stream, of server-sent events or of chunks, counts from its first event to its last", async () => {
  const streamed = async (stream: "sse" | "chunked") => {
    const port = await serve(
      http.createServer((_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        if (stream === "sse") response.write(": not an event\n\n");
        setTimeout(() => {
          response.write("data: one\n\n");
          setTimeout(() => {
            response.write("data: two\n\n");
            setTimeout(() => response.end(), 1_500);
          }, 400);
        }, 60);
      }),
    );
    return (await load(`http://127.0.0.1:${port}/`, asked({}, { stream }), 10, 0.3)).samples;
  };
  for (const samples of await Promise.all([streamed("sse"), streamed("chunked")])) {
    expect(outcomes(samples)).toBe("ok 200");
    for (const { sentMs, firstByteMs, completedMs } of samples) {
      expect(firstByteMs - sentMs).toBeGreaterThan(55);
      expect(completedMs - firstByteMs).toBeGreaterThan(200);
      // The connection's end, 1,500 ms after the last event, is none. A slow machine has 800 ms to spare.
      expect(completedMs - firstByteMs).toBeLessThan(1_200);
    }
  }
});

it("a stream without an event is wrong", async () => {
  const port = await serve(http.createServer((_, response) => response.end(": nothing\n\n")));
  const { samples, failures } = await load(`http://127.0.0.1:${port}/`, asked({}, { stream: "sse" }));
  expect(samples.every(({ outcome }) => outcome === "wrong-answer")).toBe(true);
  expect(failures[0]!.reason).toBe("a stream without an event");
});

it("a server that looks at one connection at a time is found out, and gets one for each request", async () => {
  const waiting: net.Socket[] = [];
  let serving: net.Socket | undefined;
  const next = () => {
    serving = waiting.shift();
    const socket = serving;
    if (socket === undefined) return;
    socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
    socket.on("close", next);
    socket.resume();
    if (socket.destroyed) next();
  };
  const server = net.createServer({ pauseOnConnect: true }, (socket) => {
    socket.on("end", () => socket.destroy());
    waiting.push(socket);
    if (serving === undefined) next();
  });
  const { samples, health } = await load(`http://127.0.0.1:${await serve(server)}/`, asked(), 20, 2);
  expect(outcomes(samples)).toBe("ok 200");
  expect(health.servesOneConnection).toBe(true);
  // Without it the fourth request would wait until the reserve is renewed: 3 s.
  expect(Math.max(...samples.map(({ completedMs, scheduledMs }) => completedMs - scheduledMs))).toBeLessThan(
    2_000,
  );
});

it("https of an authority of one's own: its file is enough for the load, and the answer in the first look is read", async () => {
  const place = (file: string) => fileURLToPath(new URL(`../tls/${file}`, import.meta.url));
  const port = await serve(
    https.createServer(
      { key: readFileSync(place("key.pem")), cert: readFileSync(place("certificate.pem")) },
      (_, response) => response.end("{}"),
    ),
  );
  const url = `https://localhost:${port}/x`;
  for (const connection of ["keep-alive", "new"]) {
    const known = asked({ certificateAuthority: place("certificate.pem"), connection });
    expect(outcomes((await load(url, known)).samples)).toBe("ok 200");
    const once = await askOnce({ url, asked: known, request: known.requests.request(0), signal });
    expect(once.status).toBe(200);
  }
  expect(await saysReady(`https://localhost:${port}`, "/x", 2_000)).toBe(false);
  const authority = readFileSync(place("certificate.pem"), "utf8");
  expect(await saysReady(`https://localhost:${port}`, "/x", 2_000, authority)).toBe(true);
  await expect(load(url, asked())).rejects.toMatchObject({
    kind: "runFailed",
    hint: expect.stringContaining("ask.certificateAuthority"),
  });
});

it("https with a bearer token from the environment, which is in no file; and a certificate that does not verify", async () => {
  const place = (file: string) => fileURLToPath(new URL(`../tls/${file}`, import.meta.url));
  const seen = new Set<string | undefined>();
  const port = await serve(
    https.createServer(
      { key: readFileSync(place("key.pem")), cert: readFileSync(place("certificate.pem")) },
      (request, response) => {
        seen.add(request.headers.authorization);
        response.writeHead(401).end(`no: ${request.headers.authorization}`);
      },
    ),
  );
  const folder = await mkdtemp(join(tmpdir(), "transport-"));
  const testbed = (environment: object) =>
    new Promise<{ code: number | null; text: string }>((resolve) => {
      const child = spawn(
        process.execPath,
        [
          fileURLToPath(new URL("../../../study/testbed.js", import.meta.url)),
          ...["load", `https://localhost:${port}/x`, "--rate", "20", "--seconds", "0.2", "--json"],
          ...["--arrival", "constant", "--header-env", "authorization=Bearer TOKEN"],
        ],
        { cwd: folder, env: { ...process.env, TOKEN: "s3cret-t0ken", ...environment } },
      );
      let text = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text += data));
      child.on("close", (code) => resolve({ code, text }));
    });

  const strange = await testbed({});
  expect(strange.code).toBe(5);
  expect(strange.text).toMatch(/TLS with https:\/\/localhost:\d+\/x cannot be established/);
  expect(strange.text).toMatch(/NODE_EXTRA_CA_CERTS/);
  expect(seen.size).toBe(0);

  const known = await testbed({ NODE_EXTRA_CA_CERTS: place("certificate.pem") });
  expect([...seen]).toEqual(["Bearer s3cret-t0ken"]);
  // Every request was answered with 401, the token in it.
  expect(known.code).toBe(5);
  expect(known.text).toContain("Bearer ***");
  expect(known.text).not.toContain("s3cret");
  const samples = await readSamples(join(folder, "samples.parquet"));
  expect(outcomes(samples)).toBe("http 401");
  for (const file of readdirSync(folder))
    expect(readFileSync(join(folder, file)).includes("s3cret")).toBe(false);
  rmSync(folder, { recursive: true });
}, 60_000);
