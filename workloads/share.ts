/**
 * One worker's share of a trial's load, as it is told to a worker on another machine: the law and the seed instead of
 * the instants, because a schedule is the same on every machine; its digest proves it.
 */
import { z } from "zod";
import { TestbedError } from "../errors.ts";
import { deal } from "./drive.ts";
import type { GeneratorResult, OpenLoopJob } from "./generator/messages.ts";
import { payloads } from "./payloads/index.ts";
import { materialise } from "./schedule.ts";
import { arrivalSpec } from "./spec.ts";

export const shareSpec = z.strictObject({
  url: z.string(),
  arrival: arrivalSpec,
  ratePerSecond: z.number().positive(),
  durationSeconds: z.number().positive(),
  seed: z.int().min(0),
  scheduleDigest: z.string(),
  payload: z.string(),
  timeoutMs: z.number().positive(),
  mostConnections: z.int().positive(),
  workers: z.int().positive(),
});
export type ShareSpec = z.infer<typeof shareSpec>;

/** @throws TestbedError (runFailed) where this machine makes another schedule of the same law and seed */
export async function shareOf(spec: ShareSpec, worker: number): Promise<OpenLoopJob> {
  const set = await payloads[spec.payload as keyof typeof payloads].load();
  const bodies = set.bodies();
  const schedule = materialise({ ...spec, payloadCount: bodies.length });
  if (schedule.digest !== spec.scheduleDigest) {
    throw new TestbedError("runFailed", "this machine makes another schedule of the same law and seed", {
      problems: [{ path: "scheduleDigest", expected: spec.scheduleDigest, got: schedule.digest }],
      hint: "Is the load image of this version of the testbed?",
    });
  }
  return deal({ ...spec, schedule, bodies }, worker, spec.workers);
}

/** What a worker sends back beside its samples. */
export interface ShareResult extends GeneratorResult {
  readonly worker: number;
  readonly nice: number;
  /** Where somebody else saw to its priority: what was done, and why no more. */
  readonly priorityNote?: string;
  /** Where it ran: a generator beside the service shares its cores. */
  readonly node: string;
}
