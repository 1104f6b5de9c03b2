import { expect, it } from "vitest";
import { isCalibrated, longerSeconds, purposeOf } from "../../../study/run/calibrate.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";

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

it("a server that runs already is driven to its limit only where a rate follows from that", () => {
  const study = studySpec.parse(quick);
  const stated = { ...study, scenarios: study.scenarios.map((one) => ({ ...one, rate: { perSecond: 55 } })) };
  const asked = (one: typeof study) => [isCalibrated(one), isCalibrated({ ...one, target: "url" })];
  expect(asked(study)).toEqual([true, true]);
  expect(asked(stated)).toEqual([true, false]);
});

it("a machine too slow for the calibration of a study measures once more, for twice the 20 answers that are needed", () => {
  expect(longerSeconds({ n: 20, seconds: 4 })).toBeNull();
  // 19 answers in 4 s, as seen on such a machine: 40 at that rate take 8.4 s.
  expect(longerSeconds({ n: 19, seconds: 4 })).toBe(9);
  expect(longerSeconds({ n: 4, seconds: 4 })).toBe(40);
});

it("a service that hardly answers is not calibrated for longer than ten times what the study says", () => {
  expect(longerSeconds({ n: 3, seconds: 4 })).toBeNull();
  expect(longerSeconds({ n: 0, seconds: 4 })).toBeNull();
});
