import { expect, it } from "vitest";
import { objectiveSentences } from "../../../study/plan/objective-check.ts";
import { objectiveSpec } from "../../../workloads/spec/objective.ts";
import type { StudySpec } from "../../../workloads/spec/spec.ts";

const study = (blocks: number, ...objectives: object[]) =>
  ({ blocks, objectives: objectives.map((one) => objectiveSpec.parse(one)) }) as unknown as StudySpec;

it("a plan says which objectives its blocks cannot show: 1/16 is more than 5 %, and 0.9^28 too", () => {
  const objectives = [
    { metric: "p99", atMost: 200 },
    { metric: "error-share", atMost: 0.001 },
    { metric: "time-to-sustained", atMost: 10_000, injectionShare: 0.9 },
  ];
  expect(objectiveSentences(study(4, ...objectives))).toEqual([
    "objectives[0] (p99) cannot be shown to be met by 4 blocks: with 95 % confidence it takes 5.",
    "objectives[2] (time-to-sustained) cannot be shown to be met by 4 blocks: with 95 % confidence it takes 29.",
  ]);
  expect(objectiveSentences(study(29, ...objectives))).toEqual([]);
});
