/** One connection with large bodies: they arrive whole, and do not keep the event loop from whoever is due meanwhile. */
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect as dial } from "node:net";
import { afterEach, expect, it } from "vitest";
import { type Connection, connect } from "../../../../workloads/generator/http/connection.ts";
import type { HttpResponse, Malformed } from "../../../../workloads/generator/http/http-response.ts";

const body = Buffer.alloc(3_000_001, "0123456789abcdef-");
const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`;
const request = { bytes: Buffer.concat([Buffer.from(head), body]), bodyless: false };
const small = { bytes: Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n"), bodyless: false };

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function opened(onClosed = () => {}): Promise<Connection> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = { host: "127.0.0.1", port, tls: undefined, keep: "whole", stream: undefined } as const;
  return new Promise((resolve) => {
    connect({ ...origin, closesEach: false }, resolve, onClosed);
  });
}

const answerTo = (connection: Connection, asked: typeof request) =>
  new Promise<HttpResponse | Malformed>((resolve, reject) => {
    connection.send(asked, {
      answered: (response) =>
        resolve("body" in response ? { ...response, body: Buffer.from(response.body) } : response),
      failed: (outcome, _, __, why) => reject(new Error(`${outcome}: ${why}`)),
    });
  });

it("a body of megabytes arrives byte for byte, and the connection carries the next request", async () => {
  let connections = 0;
  server = createServer((asked, answer) => {
    const hash = createHash("sha256");
    asked.on("data", (piece) => hash.update(piece));
    asked.on("end", () => answer.end(hash.digest("hex")));
  }).on("connection", () => connections++);
  const connection = await opened();
  for (const [asked, sent] of [
    [request, body],
    [small, Buffer.alloc(0)],
    [request, body],
  ] as const) {
    const response = await answerTo(connection, asked);
    const expected = createHash("sha256").update(sent).digest("hex");
    expect(String((response as HttpResponse).body)).toBe(expected);
  }
  expect(connections).toBe(1);
});

it("an answer that comes before the body was whole is the answer, and ends the connection", async () => {
  server = createServer((_, answer) => answer.writeHead(413).end("too large"));
  let closed = () => {};
  const closing = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const connection = await opened(() => closed());
  expect(await answerTo(connection, request)).toMatchObject({ status: 413 });
  await closing;
  expect(connection.idle()).toBe(false);
});

it("to begin a body takes a fraction of what one write of it takes", async () => {
  server = createServer((asked, answer) => {
    asked.resume().on("end", () => answer.end("{}"));
  });
  const connection = await opened();
  const plain = dial((server.address() as AddressInfo).port, "127.0.0.1");
  await new Promise<void>((resolve) => plain.once("connect", resolve));
  const timed = async (work: () => Promise<unknown>) => {
    const began = performance.now();
    const done = work();
    const tookMs = performance.now() - began;
    await done;
    return tookMs;
  };
  const pieces: number[] = [];
  const whole: number[] = [];
  for (let pair = 0; pair < 15; pair++) {
    pieces.push(await timed(() => answerTo(connection, request)));
    whole.push(
      await timed(() => {
        plain.write(request.bytes);
        return new Promise<void>((resolve) => plain.once("data", () => resolve()));
      }),
    );
  }
  plain.destroy();
  const median = (values: number[]) => values.sort((a, b) => a - b)[7]!;
  expect(median(pieces)).toBeLessThan(median(whole) / 2);
});
