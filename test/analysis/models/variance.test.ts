import { describe, expect, it } from "vitest";
import { traceOf } from "../../../analysis/input/trial-samples.ts";
import {
  type SectionVariances,
  sectionVariances,
  varianceComponents,
} from "../../../analysis/models/variance.ts";
import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { windowOf } from "../../../analysis/trial/window.ts";
import { simulateQueue } from "../../../bench/queue.ts";
import { randomStream } from "../../../workloads/random/random.ts";

/** Trials of independent service times at hardly any load, each scaled by a level of its own. */
function cell(between: number): ReturnType<typeof varianceComponents> {
  const levels = randomStream(11, "levels");
  const within = new Map<string, SectionVariances>();
  const trials = Array.from({ length: 60 }, (_, seed): TrialResult => {
    const run = simulateQueue({
      arrival: { kind: "exponential" },
      utilisation: 0.05,
      requests: 400,
      seed,
      serviceCv: 0.5,
      serviceMs: 100 * Math.exp(between * levels.normal()),
    });
    const trace = traceOf(run.samples);
    const window = windowOf(trace, 0, run.schedule.durationSeconds * 1000, 1000);
    const id = String(seed);
    within.set(id, sectionVariances(Float64Array.from(run.samples, (s) => s.completedMs - s.scheduledMs)));
    const mean = window.responseMs.reduce((sum, value) => sum + value, 0) / window.offered;
    const value = { value: mean, unit: "ms", n: window.offered, why: "" };
    return {
      id,
      valid: true,
      saturated: false,
      metrics: { mean: value, p50: { ...value, value: null }, p95: { ...value, value: null } },
    } as unknown as TrialResult;
  });
  return varianceComponents({ variant: "v", scenario: "s" }, trials, (id) => within.get(id));
}

describe("variance components", () => {
  it("find the request sampling within trials: cv / sqrt n, .5 / sqrt 400 = .025", () => {
    const [mean] = cell(0);
    expect(mean!.metric).toBe("mean");
    expect(mean!.withinTrial!).toBeGreaterThan(0.022);
    expect(mean!.withinTrial!).toBeLessThan(0.03);
    expect(mean!.betweenTrials!).toBeLessThan(0.015);
  });

  it("find the differences between trials apart from it: .1 put in", () => {
    const [mean] = cell(0.1);
    expect(mean!.betweenTrials!).toBeGreaterThan(0.08);
    expect(mean!.betweenTrials!).toBeLessThan(0.125);
    expect(mean!.withinTrial!).toBeLessThan(0.03);
  });
});
