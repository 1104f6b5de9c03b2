import { describe, expect, it } from "vitest";
import { percentileBands } from "../../../analysis/cells/percentile-bands.ts";
import { sorted } from "../../../analysis/statistics/quantile.ts";

const trial = (level: number, requests = 20) =>
  sorted(Float64Array.from({ length: requests }, (_, index) => level + index));

describe("the band of a percentile curve", () => {
  it("is from the smallest to the largest of six trials' own percentiles, at exactly 1 - 2/64", () => {
    const trials = [3, 1, 6, 2, 5, 4].map((level) => trial(100 * level));
    expect(percentileBands(trials, [0.5], 0.05)).toEqual([{ low: 109.5, high: 609.5, level: 1 - 2 / 64 }]);
  });

  it("is none for a percentile for which a trial has too few requests, and none for three trials", () => {
    const trials = [1, 2, 3, 4, 5].map((level) => trial(level, 100));
    expect(percentileBands([...trials, trial(6, 13)], [0.5], 0.05)).toEqual([undefined]);
    expect(percentileBands(trials, [0.99], 0.05)).toEqual([undefined]);
    expect(percentileBands(trials.slice(0, 3), [0.5], 0.05)).toEqual([undefined]);
  });

  it("reaches to infinity where the trial at its end failed that often", () => {
    const failing = sorted(Float64Array.from({ length: 20 }, () => Number.POSITIVE_INFINITY));
    const [band] = percentileBands([trial(1), trial(2), trial(3), failing], [0.5], 0.05);
    expect(band).toMatchObject({ low: 10.5, high: Number.POSITIVE_INFINITY, level: 1 - 2 / 16 });
  });
});
