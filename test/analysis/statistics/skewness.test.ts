import { expect, it } from "vitest";
import { skewFinding, skewness } from "../../../analysis/statistics/skewness.ts";

it("is scipy.stats.skew(bias=False) of the same values", () => {
  expect(skewness([1, 2, 3, 4, 5, 6, 7, 30])).toBeCloseTo(2.5764, 4);
  expect(skewness([-2, -1, 0, 1, 2, 0])).toBeCloseTo(0, 12);
});

it("is said of one block far from the rest, and not of even ones, of few, or of equal ones", () => {
  expect(skewFinding([0.01, 0.02, 0, 0.01, 0.02, 0.015, 0.01, 2]).map(({ code }) => code)).toEqual([
    "skewed",
  ]);
  expect(skewFinding([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([]);
  expect(skewFinding([0, 0, 0, 0, 9])).toEqual([]);
  expect(skewFinding([1, 1, 1, 1, 1, 1])).toEqual([]);
});
