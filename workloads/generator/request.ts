/** Whole requests as bytes, made once: head and body leave in one write. */
import type { ResolvedAsk } from "../ask/ask.ts";
import { type AskedRequest, headersOf } from "../ask/asked.ts";
import type { Origin } from "./connection.ts";

export interface Requests {
  readonly origin: Origin;
  /** One per request of the job. */
  readonly requests: readonly Buffer[];
}

export interface ToAsk {
  readonly url: string;
  readonly ask: ResolvedAsk;
  readonly requests: readonly AskedRequest[];
}

/** By these a body has no length of its own to state where it is empty (RFC 9110, section 8.6). */
const mayLackBody = ["GET", "HEAD", "DELETE", "OPTIONS"];

export function requestFor({ url, ask, requests }: ToAsk): Requests {
  const { hostname, port, host, pathname, search } = new URL(url);
  const head = (request: AskedRequest) => {
    const method = request.method ?? ask.method;
    const length = request.body.byteLength;
    const lines = [
      `${method} ${request.path ?? pathname + search} HTTP/1.1`,
      `host: ${host}`,
      ...[...headersOf(ask, request)].map(([name, value]) => `${name}: ${value}`),
      ...(length === 0 && mayLackBody.includes(method) ? [] : [`content-length: ${length}`]),
      ...(ask.connection === "new" ? ["connection: close"] : []),
    ];
    return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  };
  return {
    origin: { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) },
    requests: requests.map((request) => Buffer.concat([head(request), request.body])),
  };
}
