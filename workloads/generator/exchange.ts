/** From the events of a connection to the outcome of a sample, the same in every loop. */
import type { Judge, RequestFacts } from "../judge/judge.ts";
import { type Failures, noBody } from "./failures.ts";
import type { Exchange } from "./http/connection.ts";
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
      if ("malformed" in response) {
        record.finish(row, scheduledMs, { outcome: "wrong-answer", ...times });
        failures.add("wrong-answer", 0, response.malformed, noBody);
      } else {
        const { status, body, bytes, contentType, location, server, timing } = response;
        const verdict = judge.judge(status, contentType, body, facts);
        const { outcome } = verdict;
        const label = verdict.outcome === "ok" ? verdict.label : "";
        record.finish(row, scheduledMs, { outcome, ...times, status, bytes, label, server });
        if (verdict.outcome !== "ok") {
          const where = location === "" ? "" : `, a redirect to ${location}, which is not followed`;
          failures.add(outcome, status, `${verdict.reason}${where}`, body);
        }
        if (timing !== "") record.stages(row, timing, connectMs);
      }
      then();
    },
    failed(outcome, firstByteMs, atMs, why) {
      const times = { firstByteMs: firstByteMs - startMs, completedMs: atMs - startMs };
      record.finish(row, scheduledMs, { outcome, ...times });
      if (outcome === "dropped") record.unsent(row);
      failures.add(outcome, 0, why, noBody);
      then();
    },
  };
}
