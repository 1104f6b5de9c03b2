import { describe, expect, it } from "vitest";
import { planTrials } from "../../../study/plan/plan.ts";
import { shortSchedules } from "../../../study/plan/sample-size-check.ts";
import { withLongerScenarios } from "../../../study/plan/scenario-length.ts";
import { loadStudy, scenarioProblems } from "../../../study/spec/study-file.ts";

const smoke = async () => (await loadStudy("smoke")).study;
const seconds = ({ scenarios }: Awaited<ReturnType<typeof smoke>>) =>
  scenarios.map(({ durationSeconds }) => durationSeconds);

describe("a study that may lengthen its scenarios", () => {
  it("ends with values on a machine of any speed: smoke, from 2 answers a second up", async () => {
    for (const capacity of [2, 3, 4, 5, 7, 10, 15, 20, 40, 100]) {
      const { study } = withLongerScenarios(await smoke(), capacity);
      expect(scenarioProblems(study, capacity)).toEqual([]);
      expect(shortSchedules({ study, trials: planTrials(study) }, capacity)).toEqual([]);
    }
  });

  it("says which, and leaves the others, and on a fast machine all, as they are", async () => {
    const before = await smoke();
    const { study, sentences } = withLongerScenarios(before, 6);
    // A p50 needs 14 requests, and 60 % of 6/s for 3 s makes 11 on average.
    expect(seconds(study)[1]).toBeGreaterThanOrEqual(6);
    expect(seconds(study)[2]).toBe(3);
    expect(sentences.join("\n")).toMatch(
      /At 6\.0\/s of capacity 3 s of bursty load are too short: its trials take \d+ s in this run/,
    );
    expect(withLongerScenarios(before, 100)).toEqual({ study: before, sentences: [] });
  });

  it("gives up at ten times the length, which the run then refuses as it is", async () => {
    const before = await smoke();
    expect(seconds(withLongerScenarios(before, 0.1).study)).toEqual(seconds(before));
  });
});
