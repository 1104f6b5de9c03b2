/**
 * A load worker on a cluster: the pod of an Indexed Job. It makes its share of the schedule, warms its connections,
 * waits for the common start, and keeps its samples until they have been fetched whole. Controlled over HTTP:
 *
 *   GET  /ready    200 once everything is warm
 *   POST /start    {"atEpochMs": n}   the one start of all workers, on the wall clock
 *   GET  /result   404 while it runs; then the samples (V8's serialisation), their digest in a header
 *   POST /done     the samples are safe: ends
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { serialize } from "node:v8";
import { monotonicMs } from "./clock.ts";
import { runGenerators } from "./generator/processes.ts";
import { type ShareResult, shareOf, shareSpec } from "./share.ts";

const port = 8080;
const worker = Number(process.env.JOB_COMPLETION_INDEX ?? "0");
const spec = shareSpec.parse(JSON.parse(readFileSync(process.argv[2]!, "utf8")));
const stopped = new AbortController();
process.on("SIGTERM", () => stopped.abort());

let ready = false;
let result: Buffer | undefined;
let begin: (atEpochMs: number) => void = () => {};
const started = new Promise<number>((resolve) => {
  begin = resolve;
});

const server = createServer(async (request, response) => {
  const answer = (status: number, body: Buffer | string = "", headers = {}) =>
    response.writeHead(status, headers).end(body);
  switch (`${request.method} ${request.url}`) {
    case "GET /ready":
      return answer(ready ? 200 : 503);
    case "POST /start":
      begin(Number(JSON.parse(await bodyOf(request)).atEpochMs));
      return answer(200);
    case "GET /result":
      if (result === undefined) return answer(404);
      return answer(200, result, { "x-testbed-digest": digestOf(result) });
    case "POST /done":
      answer(200);
      return server.close(() => process.exit(0));
    default:
      return answer(404);
  }
}).listen(port);

const job = await shareOf(spec, worker);
const { results, nice } = await runGenerators(
  [job],
  stopped.signal,
  () => {},
  async () => {
    ready = true;
    const atEpochMs = await Promise.race([started, aborted()]);
    return monotonicMs() + (atEpochMs - Date.now());
  },
);
const share: ShareResult = { ...results[0]!, worker, nice, node: process.env.NODE_NAME ?? "" };
result = serialize(share);

function aborted(): Promise<number> {
  return new Promise((resolve) => stopped.signal.addEventListener("abort", () => resolve(Date.now())));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
