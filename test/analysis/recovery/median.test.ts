import { describe, expect, it } from "vitest";
import { medianEstimate, medianRank, type Repeat } from "../../../analysis/recovery/median.ts";
import { randomStream } from "../../../workloads/random.ts";

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

  it("is Kaplan-Meier's where one was censored, and open where the median was not reached", () => {
    const some = repeats([1, 2, 3, 4, 20, 20]).map((repeat) => ({
      ...repeat,
      censored: repeat.value === 20,
    }));
    expect(medianEstimate(some, alpha, "x")).toMatchObject({
      value: 3,
      high: null,
      censored: 2,
      interval: "Kaplan-Meier",
    });
    const most = some.map((repeat) => ({ ...repeat, censored: repeat.value > 2 }));
    expect(medianEstimate(most, alpha, "x")).toMatchObject({ value: null, high: null });
  });

  it("says that it takes injections as independent where they share fewer than five blocks", () => {
    expect(medianEstimate(repeats([1, 2, 3, 4, 5, 6, 7, 8], 4), alpha, "x")).toMatchObject({
      interval: "injections",
      trials: 2,
    });
  });

  it("is wider over blocks that differ than over independent injections, and the same for the same seed", () => {
    const values = [
      1, 1.1, 1.2, 1.3, 5, 5.1, 5.2, 5.3, 9, 9.1, 9.2, 9.3, 13, 13.1, 13.2, 13.3, 17, 17.1, 17.2, 17.3,
    ];
    const shared = medianEstimate(repeats(values, 4), alpha, "x")!;
    const single = medianEstimate(repeats(values), alpha, "x")!;
    expect(shared.interval).toBe("blocks");
    expect(shared.high! - shared.low!).toBeGreaterThan(single.high! - single.low!);
    expect(medianEstimate(repeats(values, 4), alpha, "x")).toEqual(shared);
  });

  it("covers the median in at least 88 of 100 studies of 6 blocks with 2 injections, half their variance between blocks", () => {
    const random = randomStream(20260420, "median coverage");
    let covered = 0;
    const studies = 100;
    for (let study = 0; study < studies; study++) {
      const values = Array.from({ length: 6 }, () => random.normal()).flatMap((block) => [
        Math.exp(block + random.normal()),
        Math.exp(block + random.normal()),
      ]);
      const { low, high } = medianEstimate(repeats(values, 2), alpha, `${study}`)!;
      if (low! <= 1 && high! >= 1) covered++;
    }
    expect(covered / studies).toBeGreaterThanOrEqual(0.88);
  });
});
