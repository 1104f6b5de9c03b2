/**
 * One worker's share of a trial's load, in the form sent to a worker on another machine: the law and the seed instead
 * of the instants, because a schedule is the same on every machine, which its digest proves. The requests are sent to
 * the running worker and not stored with the rest: headers may hold secrets, and bodies may be large.
 */
import { z } from "zod";
import { TestbedError } from "../../errors/errors.ts";
import type { ResolvedAsk } from "../ask/ask.ts";
import type { AskedRequest } from "../ask/asked.ts";
import type { GeneratorResult, OpenLoopJob } from "../generator/messages.ts";
import type { JudgeSpec } from "../judge/judge.ts";
import { materialise } from "../schedule/schedule.ts";
import { arrivalSpec } from "../spec/spec.ts";
import { type DealRequest, deal, dealt } from "./drive.ts";

export const shareSpec = z.strictObject({
  url: z.string(),
  arrival: arrivalSpec,
  ratePerSecond: z.number().positive(),
  durationSeconds: z.number().positive(),
  seed: z.int().min(0),
  scheduleDigest: z.string(),
  /** From which the schedule draws. */
  payloadCount: z.int().positive(),
  timeoutMs: z.number().positive(),
  mostConnections: z.int().positive(),
  workers: z.int().positive(),
});
export type ShareSpec = z.infer<typeof shareSpec>;

/** The input of a worker: the requests of its share only, in the order of their first use. */
export interface Handed {
  readonly ask: ResolvedAsk;
  readonly judge: JudgeSpec;
  readonly requests: readonly AskedRequest[];
}

export function handedTo(request: DealRequest, worker: number): Handed {
  const { ask, judge, requests } = deal(request, worker, request.workers ?? 1);
  return { ask, judge, requests };
}

/** @throws TestbedError (runFailed) where this machine computes a different schedule from the same law and seed */
export function shareOf(spec: ShareSpec, worker: number, handed: Handed): OpenLoopJob {
  const schedule = materialise(spec);
  if (schedule.digest !== spec.scheduleDigest) {
    throw new TestbedError(
      "runFailed",
      "this machine computes a different schedule from the same law and seed",
      {
        problems: [{ path: "scheduleDigest", expected: spec.scheduleDigest, got: schedule.digest }],
        hint: "Is the load image of this version of the testbed?",
      },
    );
  }
  const { used, offsetsMs, payloads } = dealt(schedule, worker, spec.workers);
  if (used.length !== handed.requests.length) {
    throw new TestbedError("runFailed", "this worker received the requests of another share", {
      problems: [{ path: "requests", expected: String(used.length), got: String(handed.requests.length) }],
    });
  }
  const { url, timeoutMs, mostConnections, workers } = spec;
  return {
    ...handed,
    ...{ kind: "open", url, timeoutMs, offsetsMs, payloads },
    mostConnections: Math.max(1, Math.floor(mostConnections / workers)),
  };
}

/** What a worker sends back beside its samples. */
export interface ShareResult extends GeneratorResult {
  readonly worker: number;
  readonly nice: number;
  /** Where the runner set its priority: the class it got, and why no higher one. */
  readonly priorityNote?: string;
  /** Where it ran: a generator beside the service shares its cores. */
  readonly node: string;
}
