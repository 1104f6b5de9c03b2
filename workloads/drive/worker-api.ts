/**
 * How a load worker on a cluster is controlled, and how its samples leave it: over HTTP, whole, with their digest, so
 * that nothing depends on the size of a log or on a volume. A million samples are about 40 MB.
 *
 *   POST /asked    what it asks and judges by (V8's serialisation), its digest in a header
 *   GET  /ready    200 once everything is warm
 *   POST /start    {"atEpochMs": n}   the one start of all workers, on the wall clock
 *   GET  /result   404 while it runs; then the samples (V8's serialisation), their digest in a header
 *   POST /done     the samples are safe: ends
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { deserialize, serialize } from "node:v8";
import type { Handed, ShareResult } from "./share.ts";

export const digestHeader = "x-testbed-digest";

export interface WorkerApi {
  readonly server: Server;
  /** Resolves when it has come whole. */
  readonly handed: Promise<Handed>;
  /** Of all workers; resolves when the runner has said so. */
  readonly startedAtEpochMs: Promise<number>;
  warm(): void;
  give(result: ShareResult): void;
}

/** @param done called when the runner has the samples */
export function openWorkerApi(port: number, done: () => void): WorkerApi {
  let warm = false;
  let result: Buffer | undefined;
  let digest = "";
  let begin: (atEpochMs: number) => void = () => {};
  const startedAtEpochMs = new Promise<number>((resolve) => {
    begin = resolve;
  });
  let take: (handed: Handed) => void = () => {};
  const handed = new Promise<Handed>((resolve) => {
    take = resolve;
  });
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: Buffer | string = "", headers = {}) =>
      response.writeHead(status, headers).end(body);
    switch (`${request.method} ${request.url}`) {
      case "POST /asked": {
        const content = await bodyOf(request);
        if (request.headers[digestHeader] !== digestOf(content)) return answer(400);
        take(deserialize(content) as Handed);
        return answer(200);
      }
      case "GET /ready":
        return answer(warm ? 200 : 503);
      case "POST /start":
        begin(Number(JSON.parse((await bodyOf(request)).toString()).atEpochMs));
        return answer(200);
      case "GET /result":
        if (result === undefined) return answer(404);
        return answer(200, result, { [digestHeader]: digest });
      case "POST /done":
        // A connection that is kept alive would keep the worker.
        answer(200, "", { connection: "close" });
        return server.close(done);
      default:
        return answer(404);
    }
  }).listen(port);
  return {
    server,
    handed,
    startedAtEpochMs,
    warm() {
      warm = true;
    },
    give(share) {
      const bytes = serialize(share);
      digest = digestOf(bytes);
      result = bytes;
    },
  };
}

/** As it crosses, with what proves that it came whole. */
export function packed(handed: Handed): { readonly content: Buffer; readonly digest: string } {
  const content = serialize(handed);
  return { content, digest: digestOf(content) };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
