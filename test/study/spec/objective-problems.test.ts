import { describe, expect, it } from "vitest";
import { objectiveProblems, withObjectivesLeft } from "../../../study/spec/objective-problems.ts";
import { objectiveSpec } from "../../../workloads/spec/objective.ts";
import { type StudyInput, studySpec } from "../../../workloads/spec/spec.ts";

const disruption = { kind: "pod-delete", injections: 1, firstAfterSeconds: 1, everySeconds: 20 };
const scenario = (name: string, more: object = {}) => ({
  ...{
    name,
    description: "",
    arrival: { kind: "exponential" },
    rate: { perSecond: 50 },
    durationSeconds: 30,
  },
  ...more,
});
const study = (...objectives: object[]) => ({
  name: "checked",
  description: "",
  baseline: "old",
  variants: ["new"],
  scenarios: [scenario("steady"), scenario("killed", { disruption })],
  blocks: 8,
  slo: { responseMs: 200 },
  objectives,
});
const problemsOf = (...objectives: object[]) =>
  objectiveProblems(studySpec.parse(study(...objectives))).map(({ path, got }) => `${path}: ${got}`);

describe("objectives of a study", () => {
  it("are limits on what is measured: a trial's metrics and an injection's measures", () => {
    expect(
      problemsOf(
        { metric: "p99", atMost: 200 },
        { metric: "error-share", atMost: 0.001, variants: ["new"], scenarios: ["steady"], confidence: 0.9 },
        { metric: "time-to-sustained", atMost: 10_000, injectionShare: 0.9 },
      ),
    ).toEqual([]);
  });

  it("are refused, all at once, on what is not measured, not there, or measured elsewhere", () => {
    expect(
      problemsOf(
        { metric: "p999", atMost: 200 },
        { metric: "goodput", atLeast: 99 },
        { metric: "p99", atMost: 200, injectionShare: 0.9 },
        { metric: "p99", atMost: 200, scenarios: ["killed"] },
        { metric: "time-to-detect", atMost: 200, scenarios: ["steady", "stormy"] },
        { metric: "p50", atMost: 200, variants: ["newer"] },
      ),
    ).toEqual([
      "objectives[0].metric: p999",
      "objectives[1].atLeast: 99",
      "objectives[2].injectionShare: 0.9",
      "objectives[3].scenarios[0]: killed",
      "objectives[4].scenarios[0]: steady",
      "objectives[4].scenarios[1]: stormy",
      "objectives[5].variants[0]: newer",
    ]);
  });

  it("on recovery need a scenario that is disrupted", () => {
    const steady = { ...study({ metric: "time-to-detect", atMost: 200 }), scenarios: [scenario("steady")] };
    expect(objectiveProblems(studySpec.parse(steady))).toEqual([
      {
        path: "objectives[0].metric",
        expected: "a scenario with a disruption, since time-to-detect is measured after an injection",
        got: "time-to-detect, and no such scenario",
      },
    ]);
  });

  it("have one limit", () => {
    expect(objectiveSpec.safeParse({ metric: "p99" }).success).toBe(false);
    expect(objectiveSpec.safeParse({ metric: "p99", atMost: 2, atLeast: 1 }).success).toBe(false);
    expect(objectiveSpec.safeParse({ metric: "p99", atMost: Number.NaN }).success).toBe(false);
  });
});

describe("objectives of a narrower run", () => {
  const left = (changes: Partial<StudyInput>) =>
    withObjectivesLeft({
      ...study(
        { metric: "p99", atMost: 1 },
        { metric: "p99", atMost: 2, variants: ["new", "old"] },
        { metric: "p99", atMost: 3, variants: ["new"] },
        { metric: "time-to-detect", atMost: 4 },
        { metric: "p99", atMost: 5, scenarios: ["steady"] },
      ),
      ...changes,
    }).objectives as { atMost: number; variants?: string[] }[] | undefined;

  it("are those on the variants and scenarios that are left", () => {
    const other = left({ variants: ["newest"] });
    expect(other!.map(({ atMost }) => atMost)).toEqual([1, 2, 4, 5]);
    expect(other![1]!.variants).toEqual(["old"]);
    const steady = study().scenarios.slice(0, 1) as StudyInput["scenarios"];
    expect(left({ scenarios: steady })!.map(({ atMost }) => atMost)).toEqual([1, 2, 3, 5]);
  });

  it("are none where nothing is left of them", () => {
    expect(
      withObjectivesLeft({ ...study({ metric: "p99", atMost: 3, variants: ["new"] }), variants: ["newest"] }),
    ).not.toHaveProperty("objectives");
  });
});
