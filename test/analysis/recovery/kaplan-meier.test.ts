import { describe, expect, it } from "vitest";
import { kaplanMeier, survivalMedian } from "../../../analysis/recovery/kaplan-meier.ts";
import reference from "../reference/survival.json" with { type: "json" };

const alpha = 0.05;

describe("the Kaplan-Meier estimate", () => {
  for (const [name, { times, events, steps, median }] of Object.entries(reference.cases)) {
    const durations = times.map((value, index) => ({ value, censored: events[index] === 0 }));
    it(`is that of lifelines ${reference.lifelines}, with its log-log band: ${name}`, () => {
      const ours = kaplanMeier(durations, alpha);
      expect(ours.map(({ at, atRisk }) => ({ at, atRisk }))).toEqual(
        steps.map(({ at, atRisk }) => ({ at, atRisk })),
      );
      ours.forEach(({ share, low, high }, index) => {
        expect(share).toBeCloseTo(steps[index]!.share, 10);
        expect(low).toBeCloseTo(steps[index]!.low, 8);
        expect(high).toBeCloseTo(steps[index]!.high, 8);
      });
    });
    it(`has its median with Brookmeyer and Crowley's interval: ${name}`, () => {
      expect(survivalMedian(kaplanMeier(durations, alpha))).toEqual(median);
    });
  }

  it("has no step where nothing came back", () => {
    const never = [1, 2, 3].map((value) => ({ value, censored: true }));
    expect(kaplanMeier(never, alpha)).toEqual([]);
    expect(survivalMedian([])).toEqual({ value: null, low: null, high: null });
  });
});
