/**
 * One request, outside of any load: whether a service answers, and what. By Node's own client, on a connection of its own;
 * its time is for a person to read and no measurement.
 */
import http from "node:http";
import https from "node:https";
import { withEvents } from "../judge/events.ts";
import { compileJudge, type Verdict } from "../judge/judge.ts";
import { withCredentials } from "./address.ts";
import { type Asked, type AskedRequest, headersOf } from "./asked.ts";

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly verdict: Verdict;
  /** From the send to the whole answer. */
  readonly ms: number;
}

export interface OnceRequest {
  readonly url: string;
  readonly asked: Pick<Asked, "ask" | "judge">;
  readonly request: AskedRequest;
  readonly signal: AbortSignal;
}

/** @throws what kept an answer from coming: the system's error, or the signal's reason */
export async function askOnce({ url: given, asked, request, signal }: OnceRequest): Promise<Answer> {
  const { judge: spec } = asked;
  const { url, ask } = withCredentials(given, asked.ask);
  const judge = compileJudge(spec);
  const address = new URL(request.path ?? "", url);
  const headers = Object.fromEntries(headersOf(ask, request));
  const body = Buffer.from(request.body);
  const began = performance.now();
  const {
    status,
    headers: answered,
    content,
  } = await new Promise<Received>((resolve, reject) => {
    const fail = (error: Error) => reject(signal.aborted ? signal.reason : error);
    const sent = (address.protocol === "https:" ? https : http).request(
      address,
      { method: request.method ?? ask.method, headers, agent: false, signal },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", fail);
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            content: Buffer.concat(chunks),
          }),
        );
      },
    );
    sent.once("error", fail);
    if (body.length > 0) sent.setHeader("content-length", body.length);
    sent.end(body);
  });
  const ms = performance.now() - began;
  const said = judge.judge(status, answered["content-type"] ?? "", content, judge.facts(request.body));
  const verdict = withEvents(said, spec, content);
  return { status, headers: answered, body: content, verdict, ms };
}

interface Received {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly content: Buffer;
}
