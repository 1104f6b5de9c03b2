/**
 * Whether a service is at rest: everything that it owes is worked off. A service goes on with requests that nobody waits for
 * any more, and what is asked next stands behind them.
 */
import { setTimeout as pause } from "node:timers/promises";

export interface RestRequest {
  readonly url: string;
  /** Requests as the load sends them, in turn. */
  readonly bodies: readonly Buffer[];
  /** A lone request of a service at rest is answered within this. */
  readonly responseMs: number;
  /** Answers in a row that are wanted, each on a connection of its own, so that every worker is asked. */
  readonly answers?: number;
  readonly signal: AbortSignal;
}

const defaultAnswers = 8;
const pollMs = 500;

/** @returns empty where that many lone requests in a row are answered in time, else why it is not at rest; never rejects */
export async function unrest(request: RestRequest): Promise<string> {
  const { url, bodies, responseMs, answers = defaultAnswers, signal } = request;
  try {
    for (let index = 0; index < answers; index++) {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", connection: "close" },
        body: new Uint8Array(bodies[index % bodies.length]!),
        signal: AbortSignal.any([signal, AbortSignal.timeout(responseMs)]),
      });
      await answer.arrayBuffer();
      if (!answer.ok) return `it answered ${answer.status}`;
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
