/** The Docker engine's interface against a server that speaks it, on a socket of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineAddress, openEngine, whyNoEngine } from "../../../infra/docker/engine.ts";

let folder: string;
let server: http.Server;
let environment: NodeJS.ProcessEnv;
let handle: http.RequestListener;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "testbed-engine-"));
  const path = join(folder, "s");
  server = http.createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  environment = { DOCKER_HOST: `unix://${path}` };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/** As the engine multiplexes: stream, three zeros, length, content. */
function frame(stream: 1 | 2, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

describe("the Docker engine's interface", () => {
  it("passes the engine's own sentence on, and takes 404 for an answer", async () => {
    handle = (request, response) => {
      response.statusCode = request.url?.includes("gone") ? 404 : 409;
      response.end(JSON.stringify({ message: "name is in use" }));
    };
    const engine = openEngine(environment);
    expect(await engine.find("/containers/gone/json")).toBeNull();
    await expect(engine.ask("POST", "/containers/create", {})).rejects.toMatchObject({
      status: 409,
      message: "name is in use",
    });
  });

  it("gives a command its input and takes its output, apart from its errors", async () => {
    let code = 0;
    handle = (request, response) => {
      response.end(JSON.stringify(request.url?.endsWith("/exec") ? { Id: "e" } : { ExitCode: code }));
    };
    server.on("upgrade", (_, socket) => {
      socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
      const chunks: Buffer[] = [];
      socket.on("data", (chunk) => chunks.push(chunk));
      // Only a closed input ends it; a frame comes in two pieces.
      socket.on("end", () => {
        const answer = Buffer.concat([
          frame(1, "got "),
          frame(2, "warning"),
          frame(1, `${Buffer.concat(chunks)}`),
        ]);
        socket.write(answer.subarray(0, 11));
        setImmediate(() => socket.end(answer.subarray(11)));
      });
    });
    const run = () => openEngine(environment).run("c", ["cat"], Readable.from(["a", "b"]));
    expect(await run()).toBe("got ab");
    code = 3;
    await expect(run()).rejects.toThrow("cat in the container c failed (3): warning");
  });

  it("says that nothing answers", async () => {
    const silent = { DOCKER_HOST: `unix://${join(folder, "nobody")}` };
    expect(await whyNoEngine(silent)).toMatch(/the Docker engine does not answer: .*ENOENT/);
  });

  it.each([
    [{ DOCKER_HOST: "unix:///x/y.sock" }, { socketPath: "/x/y.sock" }],
    [{ DOCKER_HOST: "tcp://10.0.0.5:2375" }, { host: "10.0.0.5", port: 2375 }],
  ])("finds the engine at %o", (given, expected) => {
    expect(engineAddress(given)).toEqual(expected);
  });

  it.each([{ DOCKER_HOST: "ssh://a" }, { DOCKER_HOST: "tcp://a:2376", DOCKER_TLS_VERIFY: "1" }])(
    "refuses %o in words, instead of asking another engine",
    (given) => expect(() => engineAddress(given)).toThrow(/only unix:\/\/ and tcp:\/\/ without TLS/),
  );
});
