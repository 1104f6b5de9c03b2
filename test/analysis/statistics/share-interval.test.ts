import { describe, expect, it } from "vitest";
import { designEffect, shareInterval } from "../../../analysis/statistics/share-interval.ts";

const trials = (...values: number[]) => values.map((value) => ({ value, n: 100 }));

describe("the interval of a share over trials", () => {
  it("has a lower end below 1 where nothing was missed, the lower the more requests count as one", () => {
    const independent = shareInterval(trials(1, 1, 1, 1, 1, 1, 1, 1), 0.05, 1)!;
    // Rule of three, with alpha/2 and t of 7 for z: 1 - .025^(1 / (800 (1.960 / 2.365)^2)).
    expect(independent.high).toBe(1);
    expect(independent.low).toBeCloseTo(0.025 ** (1 / (800 * (1.96 / 2.3646) ** 2)), 4);
    expect(shareInterval(trials(1, 1, 1, 1, 1, 1, 1, 1), 0.05, 10)!.low).toBeLessThan(independent.low);
  });

  it("is as wide for a share as for its rest, and wider where trials differ more than independent requests do", () => {
    const late = shareInterval(trials(0.02, 0.01, 0.03, 0.02, 0.02), 0.05, 1)!;
    const onTime = shareInterval(trials(0.98, 0.99, 0.97, 0.98, 0.98), 0.05, 1)!;
    expect(onTime.low).toBeCloseTo(1 - late.high, 8);
    expect(onTime.high).toBeCloseTo(1 - late.low, 8);
    const clustered = shareInterval(trials(0.1, 0, 0, 0, 0), 0.05, 1)!;
    expect(clustered.high).toBeGreaterThan(late.high);
    expect(shareInterval(trials(1), 0.05, 1)).toBeNull();
  });
});

describe("the design effect", () => {
  it("is that of all slow requests in one trial: 100 of 1,000 in one of ten", () => {
    const fast = Array.from({ length: 9 }, () => new Float64Array(100).fill(1));
    const responses = [...fast, new Float64Array(100).fill(2)];
    const pooled = Float64Array.from(responses.flatMap((times) => [...times])).sort();
    // 10/9 x (90^2 + 9 x 10^2) / (1,000 x .1 x .9), none above the limit itself being slower than nine of ten
    expect(
      designEffect(
        responses,
        pooled.map((time) => (time === 2 ? 2 : 1)),
      ),
    ).toBe(1);
    const mixed = [...fast, Float64Array.from({ length: 100 }, (_, index) => (index < 99 ? 3 : 2))];
    const all = Float64Array.from(mixed.flatMap((times) => [...times])).sort();
    expect(designEffect(mixed, all)).toBeGreaterThan(50);
  });
});
