/** Sends one request to a service, for a user who wants to see request and answer. */
import { messageOf } from "../../errors/errors.ts";
import { withCredentials } from "../../workloads/ask/address.ts";
import { type Asked, headersOf } from "../../workloads/ask/asked.ts";
import { type Answer, type Sent, send } from "../../workloads/ask/single-request.ts";
import type { Verdict } from "../../workloads/judge/judge.ts";

export interface Exchange {
  readonly asking: Sent;
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
export function askingOf(asked: Asked, index: number, given: string): Sent {
  const { url, ask } = withCredentials(given, asked.ask);
  const request = asked.requests.request(index);
  return {
    method: request.method ?? ask.method,
    url: request.path === undefined ? url : new URL(request.path, url).href,
    headers: headersOf(ask, request),
    body: request.body,
    authority: ask.authority,
  };
}

export async function askOnce(asking: Sent, { judge }: Pick<Asked, "judge">): Promise<Exchange> {
  try {
    const answer = await send(asking, judge, AbortSignal.timeout(answerWithinMs));
    return { asking, answer, verdict: answer.verdict };
  } catch (error) {
    return { asking, answer: undefined, verdict: noAnswer(error) };
  }
}

function noAnswer(error: unknown): NoAnswer {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError") {
    return { outcome: "none", reason: `no answer within ${answerWithinMs / 1000} s`, refused: false };
  }
  // Of several addresses of one name there is an error each, and no message.
  return {
    outcome: "none",
    reason: message || code || messageOf(error),
    refused: code === "ECONNREFUSED",
  };
}
