/** Merges the samples of W workers into those of one schedule: ordered by sequence number, each number exactly once. */
import { TestbedError } from "../../errors/errors.ts";
import type { GeneratorResult } from "../generator/messages.ts";
import { toSamples } from "../generator/recorder.ts";
import type { Sample } from "../samples/sample.ts";
import type { Schedule } from "../schedule/schedule.ts";

/** @throws TestbedError (runFailed) on a number that is duplicate, or missing from a worker that claims to be whole */
export function merge(
  schedule: Schedule,
  results: readonly Pick<GeneratorResult, "columns" | "partial">[],
): Sample[] {
  const workers = results.length;
  const merged: (Sample | undefined)[] = new Array(schedule.offsetsMs.length);
  const problems: { path: string; expected: string; got: string }[] = [];
  results.forEach(({ columns }, worker) => {
    const samples = toSamples(columns, worker, (row) => {
      const seq = worker + row * workers;
      return { seq, scheduledMs: schedule.offsetsMs[seq]!, payload: schedule.payloads[seq]! };
    });
    for (const sample of samples) {
      if (merged[sample.seq] !== undefined || sample.seq >= merged.length) {
        problems.push({
          path: `request ${sample.seq}`,
          expected: "one sample",
          got: `another one from worker ${worker}`,
        });
      }
      merged[sample.seq] = sample;
    }
  });
  for (let seq = 0; seq < merged.length; seq++) {
    if (merged[seq] === undefined && !results[seq % workers]!.partial) {
      problems.push({ path: `request ${seq}`, expected: "one sample", got: "none" });
    }
  }
  if (problems.length > 0) {
    throw new TestbedError("runFailed", "the workers' samples do not add up to one schedule", {
      problems: problems.slice(0, 20),
    });
  }
  return merged.filter((sample) => sample !== undefined);
}

/** Of a closed loop with think time: the service has moved the instants, so they come with the samples. */
export function closedSamples(schedule: Schedule, { columns, scheduledMs }: GeneratorResult): Sample[] {
  return toSamples(columns, 0, (row) => ({
    seq: row,
    scheduledMs: scheduledMs[row]!,
    payload: schedule.payloads[row]!,
  }));
}

/** Hyndman-Fan 7 over ascending values; 0 where there are none. */
export function quantile(ascending: Float64Array, probability: number): number {
  const at = probability * (ascending.length - 1);
  const below = ascending[Math.floor(at)] ?? 0;
  const above = ascending[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}
