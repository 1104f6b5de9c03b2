/**
 * One request outside any load: whether a service answers, and with what. It uses Node's own client on a connection of
 * its own; its time is informative and not a measurement.
 */
import http from "node:http";
import https from "node:https";
import { eventClock, withEvents } from "../judge/events.ts";
import { compileJudge, type JudgeSpec, type Verdict } from "../judge/judge.ts";
import { withCredentials } from "./address.ts";
import { type Asked, type AskedRequest, headersOf } from "./asked.ts";

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The header's value, empty where there was none. */
  readonly contentType: string;
  readonly body: Buffer;
  readonly verdict: Verdict;
  /** From the send to the first of the body, and to the whole answer. */
  readonly firstByteMs: number;
  readonly ms: number;
  /** Of a stream, when each of its events came, from the send; events that arrive together count as one. Undefined for other answers. */
  readonly eventsMs?: readonly number[];
}

export interface OnceRequest {
  readonly url: string;
  readonly asked: Pick<Asked, "ask" | "judge">;
  readonly request: AskedRequest;
  readonly signal: AbortSignal;
}

/** @throws what kept an answer from coming: the system's error, or the signal's reason */
export function askOnce({ url: given, asked, request, signal }: OnceRequest): Promise<Answer> {
  const { url, ask } = withCredentials(given, asked.ask);
  return send(
    {
      method: request.method ?? ask.method,
      url: new URL(request.path ?? "", url).href,
      headers: headersOf(ask, request),
      body: request.body,
      authority: ask.authority,
    },
    asked.judge,
    signal,
  );
}

/** As it goes out. */
export interface Sent {
  readonly method: string;
  /** Without credentials. */
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** As `ResolvedAsk` has it. */
  readonly authority?: string | undefined;
}

/** Follows no redirect, as a load does not. @throws as `askOnce` */
export async function send(
  { method, url, headers, body: given, authority }: Sent,
  judge: JudgeSpec,
  signal: AbortSignal,
): Promise<Answer> {
  const body = Buffer.from(given);
  const eventsMs: number[] = [];
  const clock =
    judge.stream === undefined ? undefined : eventClock(judge.stream, (nowMs) => eventsMs.push(nowMs));
  const began = performance.now();
  const { status, answered, content, firstByteMs } = await new Promise<Received>((resolve, reject) => {
    const fail = (error: Error) => reject(signal.aborted ? signal.reason : error);
    const sent = (url.startsWith("https:") ? https : http).request(
      url,
      {
        ...{ method, headers: Object.fromEntries(headers), agent: false, signal },
        ...(authority === undefined ? {} : { ca: authority }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let firstByteMs = performance.now() - began;
        response.on("data", (chunk: Buffer) => {
          const nowMs = performance.now() - began;
          if (chunks.length === 0) firstByteMs = nowMs;
          chunks.push(chunk);
          // Where a chunk of the transfer coding ends is not told here.
          clock?.body(chunk, true, nowMs);
        });
        response.once("error", fail);
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            answered: response.headers,
            content: Buffer.concat(chunks),
            firstByteMs,
          }),
        );
      },
    );
    sent.once("error", fail);
    if (body.length > 0) sent.setHeader("content-length", body.length);
    sent.end(body);
  });
  const ms = performance.now() - began;
  const contentType = answered["content-type"] ?? "";
  const judging = compileJudge(judge);
  const verdict = withEvents(
    judging.judge(status, contentType, content, judging.facts(given)),
    judge,
    content,
  );
  return {
    ...{ status, headers: answered, contentType, body: content, verdict, firstByteMs, ms },
    ...(clock === undefined ? {} : { eventsMs }),
  };
}

interface Received {
  readonly status: number;
  readonly answered: http.IncomingHttpHeaders;
  readonly content: Buffer;
  readonly firstByteMs: number;
}
