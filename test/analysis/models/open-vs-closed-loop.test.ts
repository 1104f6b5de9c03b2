import { expect, it } from "vitest";
import { openVsClosedLoop } from "../../../analysis/models/open-vs-closed-loop.ts";
import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { planFile } from "../../../study/plan/plan.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { paper } from "../../../workloads/studies/paper.ts";
import { trialResult } from "../reports/fixture/trials.ts";

const study = studySpec.parse({ ...paper, scenarios: paper.scenarios.slice(0, 2) });
const plan = planFile(study, "run", "2026-01-01T00:00:00.000Z");

/** Trials in which every response takes as long as the paper reported for the variant, at the paper's rate. */
function trials(responseMs: Readonly<Record<string, number>>, openSaturated: string[]): TrialResult[] {
  const [some] = plan.trials;
  return plan.trials.map(({ id, variant, scenario }) => {
    const mean = responseMs[variant]!;
    const closed = scenario.endsWith("-closed");
    const perSecond = closed ? 1000 / (2000 + mean) : 0.5;
    const metric = (value: number, unit: string) => ({ value, unit, n: 100, why: "" });
    return {
      ...trialResult({ ...some!, arm: "main", variant: "baseline", scenario: "steady" }),
      ...{ id, variant, scenario, arm: "main", valid: true, ratePerSecond: 0.5 },
      saturated: !closed && openSaturated.includes(variant),
      metrics: {
        p50: metric(mean, "ms"),
        mean: metric(mean, "ms"),
        throughput: metric(perSecond, "1/s"),
      },
    };
  });
}

it("finds in the paper's own figures that one user asked 0.21 times a second of a service that was asked for 0.5", () => {
  // Reported p50: 2,700 ms before, 27 ms after. 1 / (2 s + 2.7 s) = 0.213; 0.5 x 2.7 = 1.35; 0.5 x 0.027 = 0.0135.
  const [baseline, optimized] = openVsClosedLoop(
    plan,
    trials({ baseline: 2700, optimized: 27 }, ["baseline"]),
    () => 1,
  );
  expect(baseline).toMatchObject({ closed: "paper-s1-closed", open: "paper-s1", users: 1, thinkMs: 2000 });
  expect(baseline!.predictedPerSecond).toBeCloseTo(0.2128, 4);
  expect(baseline!.utilisation).toBeCloseTo(1.35, 10);
  expect(baseline!.sentence).toContain("reached 0.213, because its user waits");
  expect(baseline!.sentence).toContain("more than the service's capacity");
  expect(optimized!.utilisation).toBeCloseTo(0.0135, 10);
  expect(optimized!.sentence).toContain("short compared with the think time");
  expect(optimized!.sentence).toContain("neither the loop nor the burstiness matters");
});

it("says of a moderate load that the open loop adds the waiting, and counts servers", () => {
  const [baseline] = openVsClosedLoop(plan, trials({ baseline: 1600, optimized: 27 }, []), () => 2);
  expect(baseline!.utilisation).toBeCloseTo(0.4, 10);
  expect(baseline!.sentence).toContain("the time spent waiting behind other requests");
});

it("tells nothing where the closed loop has no valid trial", () => {
  const none = trials({ baseline: 2700, optimized: 27 }, []).map((trial) => ({ ...trial, valid: false }));
  const [baseline] = openVsClosedLoop(plan, none, () => 1);
  expect(baseline).toMatchObject({ predictedPerSecond: null, utilisation: null });
  expect(baseline!.sentence).toContain("the closed loop has no valid trial");
});
