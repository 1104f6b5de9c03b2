import { describe, expect, it } from "vitest";
import { planTrials } from "../../../study/plan/plan.ts";
import { shortProblems, shortSchedules, shortSentences } from "../../../study/plan/sample-size-check.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";

const planned = (input: object) => {
  const study = studySpec.parse({ ...quick, ...input });
  return { study, trials: planTrials(study) };
};

describe("schedules too short for the primary metric", () => {
  const constant = (durationSeconds: number) =>
    planned({
      warmupSeconds: 1,
      scenarios: [{ ...quick.scenarios[0]!, arrival: { kind: "constant" }, durationSeconds }],
    });

  it("are known before the first trial, with the duration that would do", () => {
    // 6 a second for 2 s are 12 requests; a p50 needs 14.
    const plan = constant(2);
    const [short] = shortSchedules(plan, 10);
    expect(short).toMatchObject({ scenario: "steady", needed: 14, enoughSeconds: 3 });
    expect(short!.requests).toHaveLength(8);
    expect(shortSentences(plan.study, [short!])[0]).toMatch(
      /^Under steady, 8 of 8 blocks will have too few requests .*; 3 s per trial are enough\.$/,
    );
    expect(shortSchedules(constant(3), 10)).toEqual([]);
  });

  it("are known without a capacity where the rate is stated, and only there", () => {
    const at = (rate: object) =>
      planned({
        warmupSeconds: 1,
        scenarios: [{ ...quick.scenarios[0]!, arrival: { kind: "constant" }, durationSeconds: 2, rate }],
      });
    expect(shortSchedules(at({ perSecond: 6 }), undefined)).toMatchObject([{ needed: 14, enoughSeconds: 3 }]);
    expect(shortSchedules(at({ perSecond: 8 }), undefined)).toEqual([]);
    expect(shortSchedules(at({ utilisation: 0.01 }), undefined)).toEqual([]);
  });

  it("keep a study from its alpha where too few blocks are left, and not where there are blocks to spare", () => {
    const few = [{ block: 0, count: 3 }];
    const short = { scenario: "steady", path: "p", needed: 14, requests: few, enoughSeconds: 9 };
    expect(shortProblems(planned({}).study, [short])).toMatchObject([{ path: "p", expected: "9 or more" }]);
    expect(shortProblems(planned({ blocks: 9 }).study, [short])).toEqual([]);
  });

  it("do not happen to the quick study on a machine whose baseline answers 5 to 15 a second", () => {
    for (const capacity of [5, 5.5, 6, 6.1, 7, 8, 9, 10, 11, 12, 13, 15]) {
      expect(shortSchedules(planned({}), capacity)).toEqual([]);
    }
  });
});
