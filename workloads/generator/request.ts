/** Complete requests as bytes, made once: head and body are sent in one write. */
import tls from "node:tls";
import type { ResolvedAsk } from "../ask/ask.ts";
import { type AskedRequest, headersOf } from "../ask/asked.ts";
import type { Judge, JudgeSpec } from "../judge/judge.ts";
import { mostExcerpt } from "./failures.ts";
import type { Origin, PreparedRequest } from "./http/connection.ts";

export interface Requests {
  readonly origin: Origin;
  /** One per request of the job. */
  readonly requests: readonly PreparedRequest[];
}

export interface ToAsk {
  readonly url: string;
  readonly ask: ResolvedAsk;
  readonly requests: readonly AskedRequest[];
  readonly judge: JudgeSpec;
}

/** By these a body has no length of its own to state where it is empty (RFC 9110, section 8.6). */
const mayLackBody = ["GET", "HEAD", "DELETE", "OPTIONS"];
/** Of a body that is not judged: for an example of a failure, whose secrets are cut out first. */
const keptOfUnread = 8 * mostExcerpt;

export function requestFor(
  { url, ask, requests, judge }: ToAsk,
  { readsBody }: Pick<Judge, "readsBody">,
): Requests {
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  const secure = protocol === "https:";
  const prepared = (request: AskedRequest): PreparedRequest => {
    const method = request.method ?? ask.method;
    const length = request.body.byteLength;
    const lines = [
      `${method} ${request.path ?? pathname + search} HTTP/1.1`,
      `host: ${host}`,
      ...[...headersOf(ask, request)].map(([name, value]) => `${name}: ${value}`),
      ...(length === 0 && mayLackBody.includes(method) ? [] : [`content-length: ${length}`]),
      ...(ask.connection === "new" ? ["connection: close"] : []),
    ];
    const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    return { bytes: Buffer.concat([head, request.body]), bodyless: method === "HEAD" };
  };
  return {
    origin: {
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || (secure ? 443 : 80)),
      tls: secure
        ? tls.createSecureContext(ask.authority === undefined ? {} : { ca: ask.authority })
        : undefined,
      keep: readsBody ? "whole" : keptOfUnread,
      stream: judge.stream,
      closesEach: ask.connection === "new",
    },
    requests: requests.map(prepared),
  };
}
