import { describe, expect, it } from "vitest";
import { percentileBands } from "../../analysis/bootstrap.ts";
import { pool } from "../../analysis/cells.ts";
import { quantile } from "../../analysis/quantile.ts";
import { randomStream } from "../../workloads/random.ts";

const trialsOf = (seed: number, between: number, trials = 8, requests = 200) => {
  const random = randomStream(seed, "test");
  return Array.from({ length: trials }, () => {
    const level = Math.exp(between * random.normal());
    return Float64Array.from({ length: requests }, () => 100 * level * random.exponential());
  });
};

describe("the bands of a percentile curve", () => {
  const ps = [0.1, 0.5, 0.9];

  it("hold the pooled percentile, are the same for the same seed and others for another", () => {
    const trials = trialsOf(1, 0.1);
    const pooled = pool(trials);
    const bands = percentileBands(trials, pooled, ps, "a")!;
    ps.forEach((p, index) => {
      expect(bands[index]!.low).toBeLessThanOrEqual(quantile(pooled, p));
      expect(bands[index]!.high).toBeGreaterThanOrEqual(quantile(pooled, p));
    });
    expect(percentileBands(trials, pooled, ps, "a")).toEqual(bands);
    expect(percentileBands(trials, pooled, ps, "b")).not.toEqual(bands);
  });

  it("cover the true median in at least 85 of 100 studies of 8 trials (percentile bands of 8 blocks run short)", () => {
    let covered = 0;
    for (let seed = 0; seed < 100; seed++) {
      const trials = trialsOf(seed, 0.1);
      const [band] = percentileBands(trials, pool(trials), [0.5], "c")!;
      const median = 100 * Math.log(2);
      if (band!.low <= median && median <= band!.high) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(85);
  });

  it("grow with the differences between trials, which pooled requests alone would not show", () => {
    const width = (between: number) => {
      const trials = trialsOf(5, between);
      const [band] = percentileBands(trials, pool(trials), [0.5], "d")!;
      return Math.log(band!.high / band!.low);
    };
    expect(width(0.5)).toBeGreaterThan(2 * width(0));
  });

  it("do not exist for one trial", () => {
    const trials = trialsOf(1, 0, 1);
    expect(percentileBands(trials, pool(trials), ps, "e")).toBeUndefined();
  });
});
