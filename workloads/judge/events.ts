/** Events of a stream: the times of the first and the last one. */
import type { JudgeSpec, Verdict } from "./judge.ts";

export const noEvent = "a stream without an event";

export interface EventClock {
  /** A request leaves. */
  reset(): void;
  /** @param endsChunk whether a chunk of the transfer coding is whole with it */
  body(piece: Buffer, endsChunk: boolean, nowMs: number): void;
  /** NaN where there was none. */
  firstMs(): number;
  lastMs(): number;
}

const lf = 0x0a;
const cr = 0x0d;
const data = Buffer.from("data");

/**
 * `chunked`: every chunk is an event. `sse`: an empty line ends one that has data (WHATWG HTML, section 9.2).
 * @param onEvent told of each as it comes, with its instant
 */
export function eventClock(stream: "sse" | "chunked", onEvent?: (nowMs: number) => void): EventClock {
  let first = Number.NaN;
  let last = Number.NaN;
  let column = 0;
  /** Leading bytes of the line that are those of `data`. */
  let alike = 0;
  let hasData = false;
  let afterCr = false;

  const event = (nowMs: number) => {
    if (Number.isNaN(first)) first = nowMs;
    last = nowMs;
    onEvent?.(nowMs);
  };
  const endLine = (nowMs: number) => {
    if (column === 0) {
      if (hasData) event(nowMs);
      hasData = false;
    } else if (alike === data.length) hasData = true;
    column = 0;
    alike = 0;
  };

  return {
    reset() {
      first = Number.NaN;
      last = Number.NaN;
      column = 0;
      alike = 0;
      hasData = false;
      afterCr = false;
    },
    body(piece, endsChunk, nowMs) {
      if (stream === "chunked") {
        if (endsChunk) event(nowMs);
        return;
      }
      for (const byte of piece) {
        if (byte === lf && afterCr) afterCr = false;
        else if (byte === lf || byte === cr) {
          afterCr = byte === cr;
          endLine(nowMs);
        } else {
          afterCr = false;
          if (column === alike && byte === data[column]) alike++;
          column++;
        }
      }
    },
    firstMs: () => first,
    lastMs: () => last,
  };
}

/** Of an answer that is there whole, outside a load, as a load judges it: one that is right is wrong where it has no event. */
export function withEvents(verdict: Verdict, { stream }: JudgeSpec, body: Buffer): Verdict {
  if (verdict.outcome !== "ok" || stream === undefined) return verdict;
  const clock = eventClock(stream);
  // Where its chunks ended is not known any more; what is not empty had one.
  if (body.byteLength > 0) clock.body(body, true, 0);
  return Number.isNaN(clock.lastMs()) ? { outcome: "wrong-answer", reason: noEvent } : verdict;
}
