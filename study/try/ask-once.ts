/** One request, outside any load: for a person who wants to see what is asked and what is answered. */
import { messageOf } from "../../errors/errors.ts";
import { type Asked, headersOf } from "../../workloads/ask/asked.ts";
import { eventClock, withEvents } from "../../workloads/judge/events.ts";
import { compileJudge, type Verdict } from "../../workloads/judge/judge.ts";

export interface Asking {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly contentType: string;
  readonly body: Buffer;
  /** From the first byte sent to the first of the body, and to its last. */
  readonly firstByteMs: number;
  readonly ms: number;
  /** Of a stream, when each of its events came, from the first byte sent; undefined of what is none. */
  readonly eventsMs?: readonly number[];
}

export interface Exchange {
  readonly asking: Asking;
  /** Undefined where there was none. */
  readonly answer: Answer | undefined;
  readonly verdict: Verdict | NoAnswer;
}

export interface NoAnswer {
  readonly outcome: "none";
  readonly reason: string;
  /** Nobody listens there, as far as can be seen. */
  readonly refused: boolean;
}

/** As the load's own limit of a request. */
const answerWithinMs = 30_000;

/** @param url of the service, with the path that is asked */
export function askingOf(asked: Asked, index: number, url: string): Asking {
  const { ask, requests } = asked;
  const request = requests.request(index);
  return {
    method: request.method ?? ask.method,
    url: request.path === undefined ? url : new URL(request.path, url).href,
    headers: headersOf(ask, request),
    body: request.body,
  };
}

export async function askOnce(asking: Asking, { judge }: Pick<Asked, "judge">): Promise<Exchange> {
  const { method, url, headers, body } = asking;
  const started = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers: [...headers],
      // A redirect is an answer of its own to a load, which follows none.
      redirect: "manual",
      ...(method === "GET" || method === "HEAD" || body.byteLength === 0
        ? {}
        : { body: new Uint8Array(body) }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const parts: Uint8Array[] = [];
    const eventsMs: number[] = [];
    const clock =
      judge.stream === undefined ? undefined : eventClock(judge.stream, (nowMs) => eventsMs.push(nowMs));
    let firstByteMs = performance.now() - started;
    for await (const part of response.body ?? []) {
      const nowMs = performance.now() - started;
      if (parts.length === 0) firstByteMs = nowMs;
      parts.push(part as Uint8Array);
      // Where a chunk ends is not told here: what comes together counts as one.
      clock?.body(Buffer.from(part as Uint8Array), true, nowMs);
    }
    const answer = {
      status: response.status,
      headers: response.headers,
      contentType: response.headers.get("content-type") ?? "",
      body: Buffer.concat(parts),
      firstByteMs,
      ms: performance.now() - started,
      ...(clock === undefined ? {} : { eventsMs }),
    };
    const judging = compileJudge(judge);
    const said = judging.judge(answer.status, answer.contentType, answer.body, judging.facts(body));
    return { asking, answer, verdict: withEvents(said, judge, answer.body) };
  } catch (error) {
    return { asking, answer: undefined, verdict: noAnswer(error) };
  }
}

function noAnswer(error: unknown): NoAnswer {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  const refused = cause?.code === "ECONNREFUSED";
  if ((error as Error).name === "TimeoutError") {
    return { outcome: "none", reason: `no answer within ${answerWithinMs / 1000} s`, refused: false };
  }
  return { outcome: "none", reason: cause?.message || cause?.code || messageOf(error), refused };
}
