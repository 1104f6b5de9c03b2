import { describe, expect, it } from "vitest";
import { medianEstimate, type Repeat } from "../../../analysis/recovery/median.ts";
import { medianRank } from "../../../analysis/statistics/order-statistics.ts";

const alpha = 0.05;

/** Each repeat with a trial of its own, unless said otherwise. */
function repeats(values: readonly number[], perTrial = 1): Repeat[] {
  return values.map((value, index) => ({
    value,
    censored: false,
    block: Math.floor(index / perTrial),
    trial: `t${Math.floor(index / perTrial)}`,
  }));
}

describe("the interval of a median over injections", () => {
  // Conover (1999), table A3, or 1 - 2 P(Binomial(n, 1/2) <= k - 1) by hand: n = 10, k = 2: 1 - 2 (1 + 10) / 1024.
  const ranks: [number, number, number][] = [
    [4, 1, 1 - 2 / 16],
    [6, 1, 1 - 2 / 64],
    [9, 2, 1 - (2 * (1 + 9)) / 512],
    [10, 2, 1 - (2 * (1 + 10)) / 1024],
    [12, 3, 1 - (2 * (1 + 12 + 66)) / 4096],
    [20, 6, 1 - (2 * (1 + 20 + 190 + 1140 + 4845 + 15504)) / 2 ** 20],
  ];
  for (const [n, k, level] of ranks) {
    it(`over ${n} is order statistic ${k} from each end, at exactly ${(level * 100).toFixed(1)} %`, () => {
      const found = medianRank(n, alpha);
      expect(found.k).toBe(k);
      expect(found.level).toBeCloseTo(level, 12);
    });
  }

  it("takes these order statistics where every injection has a trial of its own", () => {
    const values = [5, 3, 8, 1, 9, 2, 7, 4, 6, 10];
    expect(medianEstimate(repeats(values), alpha, "x")).toMatchObject({
      value: 5.5,
      low: 2,
      high: 9,
      n: 10,
      trials: 10,
      interval: "order statistics",
    });
  });

  it("needs four injections", () => {
    expect(medianEstimate(repeats([1, 2, 3]), alpha, "x")).toBeNull();
  });

  it("takes a censored time as a lower bound below and as never come above: one censored does not lower or narrow it", () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const whole = medianEstimate(repeats(values), alpha, "x")!;
    const last = repeats(values).map((repeat) => ({ ...repeat, censored: repeat.value === 10 }));
    expect(medianEstimate(last, alpha, "x")).toEqual({ ...whole, censored: 1 });
    const early = repeats(values).map((repeat) => ({ ...repeat, censored: repeat.value <= 2 }));
    const found = medianEstimate(early, alpha, "x")!;
    expect(found).toMatchObject({ low: 2, high: null, level: whole.level, censored: 2 });
    expect(found.value!).toBeGreaterThan(whole.value!);
  });

  it("is open where the median was not reached", () => {
    const most = repeats([1, 2, 3, 4, 20, 20]).map((repeat) => ({ ...repeat, censored: repeat.value > 2 }));
    expect(medianEstimate(most, alpha, "x")).toMatchObject({ value: null, low: 1, high: null });
  });

  it("is none where injections share fewer than four blocks: their median stands alone", () => {
    expect(medianEstimate(repeats([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 4), alpha, "x")).toMatchObject({
      value: 6.5,
      low: null,
      high: null,
      level: null,
      interval: "none",
    });
  });

  it("takes one injection of each block where trials hold several: that in the middle, by a coin where there are two", () => {
    const odd = medianEstimate(repeats([5, 1, 9, 15, 11, 19, 25, 21, 29, 35, 31, 39], 3), alpha, "x")!;
    expect(odd).toMatchObject({ low: 5, high: 35, level: 1 - 2 / 16, interval: "blocks", trials: 4 });
    const even = repeats([1, 2, 11, 12, 21, 22, 31, 32], 2);
    const lows = Array.from({ length: 40 }, (_, seed) => medianEstimate(even, alpha, `${seed}`)!.low);
    expect(new Set(lows)).toEqual(new Set([1, 2]));
    expect(medianEstimate(even, alpha, "x")).toEqual(medianEstimate(even, alpha, "x"));
  });

  it("takes a block whose middle was not seen to end as open above", () => {
    const some = repeats([1, 2, 3, 11, 12, 13, 21, 22, 23, 31, 32, 33], 3).map((repeat) => ({
      ...repeat,
      censored: repeat.value > 31,
    }));
    expect(medianEstimate(some, alpha, "x")).toMatchObject({ low: 2, high: null, interval: "blocks" });
  });
});
