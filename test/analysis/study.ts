/** Small studies for the tests of the analysis, with services whose every time is known. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlannedTrial } from "../../analysis/schema/results-folder.ts";
import type { SimulatedTrial } from "../../bench/results-folder.ts";
import type { Sample } from "../../workloads/samples/sample.ts";
import { materialise } from "../../workloads/schedule/schedule.ts";
import type { StudyInput } from "../../workloads/spec/spec.ts";

/** Even arrivals, ten a second for two seconds, the first half second cut: 15 requests are measured. */
export const evenStudy: StudyInput = {
  name: "even",
  description: "Constant arrivals and constant service: every figure follows by hand.",
  baseline: "slow",
  variants: ["quick"],
  scenarios: [
    {
      name: "steady",
      description: "10 a second",
      arrival: { kind: "constant" },
      rate: { perSecond: 10 },
      durationSeconds: 1.55,
      payload: "none",
    },
  ],
  blocks: 6,
  slo: { responseMs: 60 },
  warmupSeconds: 0.5,
};

/** @param serviceMs constant within the trial; requests never meet where it is under 100 */
export function evenTrial(trial: PlannedTrial, serviceMs: number): SimulatedTrial {
  const schedule = materialise({
    arrival: { kind: "constant" },
    ratePerSecond: 10,
    durationSeconds: 2.05,
    seed: trial.seed,
    payloadCount: 5,
  });
  const samples = Array.from(
    schedule.offsetsMs,
    (scheduledMs, seq): Sample => ({
      seq,
      scheduledMs,
      sentMs: scheduledMs + 0.05,
      firstByteMs: scheduledMs + serviceMs - 1,
      completedMs: scheduledMs + serviceMs,
      outcome: "ok",
      status: 200,
      bytes: 20,
      payload: schedule.payloads[seq]!,
      label: schedule.payloads[seq]! % 2 === 0 ? "negative" : "positive",
      server: "1",
      worker: 0,
    }),
  );
  return { schedule, samples };
}

export function freshDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), "analysis-"));
}
