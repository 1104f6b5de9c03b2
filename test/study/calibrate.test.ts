import { expect, it } from "vitest";
import { purposeOf } from "../../study/calibrate.ts";
import { studySpec } from "../../workloads/spec.ts";
import { quick } from "../../workloads/studies/quick.ts";

it("who states the rates of a study is not told that its capacity sets them", () => {
  const study = studySpec.parse(quick);
  const stated = study.scenarios.map((scenario) => ({ ...scenario, rate: { perSecond: 55 } }));
  expect(purposeOf(study)).toBe("its capacity sets the rates");
  expect(purposeOf({ ...study, scenarios: stated })).toBe(
    "its capacity says how much of it the stated rates are",
  );
  expect(purposeOf({ ...study, scenarios: [...stated, study.scenarios[0]!] })).toBe(
    "its capacity sets the rates",
  );
});
