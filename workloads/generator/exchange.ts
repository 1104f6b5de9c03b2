/** From what happened on a connection to a sample's outcome, the same in every loop. */
import type { Judge, RequestFacts } from "../judge/judge.ts";
import type { Exchange } from "./connection.ts";
import { type Failures, noBody } from "./failures.ts";
import type { Recorder } from "./recorder.ts";

export interface ExchangeContext {
  readonly record: Recorder;
  readonly failures: Failures;
  readonly judge: Judge;
  /** Monotonic ms of the run's start. */
  readonly startMs: number;
}

/** @param then called once, when the outcome is recorded */
export function recordedExchange(
  { record, failures, judge, startMs }: ExchangeContext,
  row: number,
  scheduledMs: number,
  facts: RequestFacts,
  then: () => void,
): Exchange {
  return {
    answered(response, firstByteMs, completedMs, connectMs) {
      const times = { firstByteMs: firstByteMs - startMs, completedMs: completedMs - startMs };
      if (response === "malformed") {
        record.finish(row, scheduledMs, { outcome: "wrong-answer", ...times });
        failures.add("wrong-answer", 0, "not an answer of HTTP/1.1", noBody);
      } else {
        const { status, body, contentType, server, timing } = response;
        const verdict = judge.judge(status, contentType, body, facts);
        const { outcome } = verdict;
        const label = verdict.outcome === "ok" ? verdict.label : "";
        record.finish(row, scheduledMs, { outcome, ...times, status, bytes: body.length, label, server });
        if (verdict.outcome !== "ok") failures.add(outcome, status, verdict.reason, body);
        if (timing !== "") record.stages(row, timing, connectMs);
      }
      then();
    },
    failed(outcome, firstByteMs, atMs, why) {
      const times = { firstByteMs: firstByteMs - startMs, completedMs: atMs - startMs };
      record.finish(row, scheduledMs, { outcome, ...times });
      failures.add(outcome, 0, why, noBody);
      then();
    },
  };
}
