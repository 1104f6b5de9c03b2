/**
 * The known-answer server: the service's interface (`POST /classify`, `GET /ready`) around a queue with a computable
 * law. The testbed's figures for it can be checked against queueing theory, which is how the testbed is calibrated.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { type QueueSpec, queue } from "./queue.ts";

export interface SimulatedServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Pending {
  readonly response: http.ServerResponse;
  readonly texts: number;
}

/** The last stretch before an answer is spent looking at the clock: Node's timers have steps of 1 ms. */
const spinMs = 1.2;

/** @param port 0 for any that is free; on the loopback address only */
export async function simulatedServer(spec: QueueSpec, port = 0): Promise<SimulatedServer> {
  const waiting = queue<Pending>(spec);
  let timer: NodeJS.Timeout | undefined;
  let looking = false;

  const answerDue = () => {
    looking = false;
    const nowMs = performance.now();
    for (const { item, server } of waiting.completedBy(nowMs)) answer(item, server);
    wait();
  };

  const wait = () => {
    clearTimeout(timer);
    if (looking) return;
    const leftMs = waiting.nextCompletionMs() - performance.now();
    if (leftMs > spinMs) timer = setTimeout(wait, Math.min(leftMs - spinMs, 60_000));
    else {
      looking = true;
      setImmediate(answerDue);
    }
  };

  const server = http.createServer((request, response) => {
    const arrivedMs = performance.now();
    if (request.url === "/ready") {
      response.end("ready");
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const texts = textsIn(Buffer.concat(chunks).toString());
      if (texts === 0) {
        response.writeHead(400, { "content-type": "application/json" });
        response.end('{"error":"texts: expected 1 to 32 texts"}');
        return;
      }
      waiting.arrive({ response, texts }, arrivedMs);
      wait();
    });
  });
  // A request is in the queue from its arrival; the socket's own timeouts are the client's business.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", 4096, resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer({ response, texts }: Pending, server: number): void {
  const results = Array.from({ length: texts }, () => ({ label: "neutral", scores: { neutral: 1 } }));
  const body = JSON.stringify({ results, worker: String(server) });
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-testbed-worker": String(server),
  });
  response.end(body);
}

function textsIn(body: string): number {
  try {
    const { texts } = JSON.parse(body) as { texts?: unknown };
    return Array.isArray(texts) && texts.length <= 32 ? texts.length : 0;
  } catch {
    return 0;
  }
}
