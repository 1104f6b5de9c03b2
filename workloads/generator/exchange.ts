/** From what happened on a connection to a sample's outcome, the same in every loop. */
import { type AnswerCheck, labelOf } from "./answer.ts";
import type { Exchange } from "./connection.ts";
import type { Recorder } from "./recorder.ts";

export interface ExchangeContext {
  readonly record: Recorder;
  readonly answers: AnswerCheck;
  /** Monotonic ms of the run's start. */
  readonly startMs: number;
}

/** @param texts in the request @param then called once, when the outcome is recorded */
export function recordedExchange(
  { record, answers, startMs }: ExchangeContext,
  row: number,
  scheduledMs: number,
  texts: number,
  then: () => void,
): Exchange {
  return {
    answered(response, firstByteMs, completedMs, connectMs) {
      const times = { firstByteMs: firstByteMs - startMs, completedMs: completedMs - startMs };
      if (response === "malformed") {
        record.finish(row, scheduledMs, { outcome: "wrong-answer", ...times });
      } else {
        const { status, body, server, timing } = response;
        const success = status >= 200 && status < 300;
        const label = success ? labelOf(answers, body, texts) : "";
        const outcome = !success ? "http" : label === undefined ? "wrong-answer" : "ok";
        const bytes = body.length;
        record.finish(row, scheduledMs, { outcome, ...times, status, bytes, label: label ?? "", server });
        if (timing !== "") record.stages(row, timing, connectMs);
      }
      then();
    },
    failed(outcome, firstByteMs, atMs) {
      const times = { firstByteMs: firstByteMs - startMs, completedMs: atMs - startMs };
      record.finish(row, scheduledMs, { outcome, ...times });
      then();
    },
  };
}
