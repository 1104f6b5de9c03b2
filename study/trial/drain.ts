/**
 * Whether a service has drained, that is, has no backlog left. A service continues with requests whose senders have
 * given up, and new requests queue behind them.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Asked } from "../../workloads/ask/asked.ts";
import { askOnce } from "../../workloads/ask/single-request.ts";

export interface DrainCheck {
  readonly url: string;
  /** Asked as the load does, its requests in turn. */
  readonly asked: Asked;
  /** A service without a backlog answers a lone request within this. */
  readonly responseMs: number;
  /** Answers in a row that are wanted, each on a connection of its own, so that every worker is asked. */
  readonly answers?: number;
  readonly signal: AbortSignal;
}

const defaultAnswers = 8;
const pollMs = 500;

/** @returns empty where that many lone requests in a row are answered in time, else why it has not drained; never rejects */
export async function whyNotDrained(request: DrainCheck): Promise<string> {
  const { url, asked, responseMs, answers = defaultAnswers, signal } = request;
  try {
    for (let index = 0; index < answers; index++) {
      const { verdict } = await askOnce({
        ...{ url, asked, request: asked.requests.request(index % asked.requests.count) },
        signal: AbortSignal.any([signal, AbortSignal.timeout(responseMs)]),
      });
      if (verdict.outcome !== "ok") return `it answered with ${verdict.reason}`;
    }
    return "";
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError"
      ? `no answer within ${responseMs} ms`
      : String(error);
  }
}

/**
 * Looks again and again, at least once.
 * @param why what is looked at: empty where all is well
 * @returns what it said last, empty where all is well
 * @throws the signal's reason
 */
export async function until(
  why: () => Promise<string>,
  withinMs: number,
  signal: AbortSignal,
  everyMs = pollMs,
): Promise<string> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const last = await why();
    signal.throwIfAborted();
    const leftMs = deadline - performance.now();
    if (last === "" || leftMs <= 0) return last;
    await pause(Math.min(everyMs, leftMs), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
