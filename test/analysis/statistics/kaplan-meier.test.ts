import { describe, expect, it } from "vitest";
import { kaplanMeier, survivalMedian } from "../../../analysis/statistics/kaplan-meier.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import reference from "../reference/survival.json" with { type: "json" };

const alpha = 0.05;

describe("the Kaplan-Meier estimate", () => {
  for (const [name, { times, events, steps, median }] of Object.entries(reference.cases)) {
    const durations = times.map((value, index) => ({ value, censored: events[index] === 0 }));
    it(`is that of lifelines ${reference.lifelines}: ${name}`, () => {
      const ours = kaplanMeier(durations, alpha);
      expect(ours.map(({ at, atRisk }) => ({ at, atRisk }))).toEqual(
        steps.map(({ at, atRisk }) => ({ at, atRisk })),
      );
      ours.forEach(({ share }, index) => {
        expect(share).toBeCloseTo(steps[index]!.share, 10);
      });
    });
    it(`has its median, or the middle of the stretch at one half: ${name}`, () => {
      const ours = survivalMedian(kaplanMeier(durations, alpha));
      const flat = steps.findIndex(({ share }) => Math.abs(share - 0.5) < 1e-12);
      const next = flat < 0 ? undefined : steps[flat + 1];
      expect(ours).toBe(next === undefined ? median.value : (steps[flat]!.at + next.at) / 2);
    });
  }

  it("has Clopper and Pearson's band without censoring: 7 of 10 left, 34.75 to 93.33 % (their table of 1934)", () => {
    const times = Array.from({ length: 10 }, (_, index) => ({ value: index + 1, censored: false }));
    const { share, low, high } = kaplanMeier(times, alpha)[2]!;
    expect(share).toBeCloseTo(0.7, 12);
    expect(low).toBeCloseTo(0.3475, 4);
    expect(high).toBeCloseTo(0.9333, 4);
  });

  it("has the quantiles of the beta product with censoring, as drawn: U^(1/n) is Beta(n, 1)", () => {
    // At risk 8 at the first event, 5 at the second, 4 after it.
    const times = [1, 2, 2.5, 3, 4, 5, 6, 7].map((value, index) => ({
      value,
      censored: index === 1 || index === 2,
    }));
    const { low, high } = kaplanMeier(times, alpha)[1]!;
    const random = randomStream(1, "beta product");
    const draws = Array.from({ length: 40_000 }, () => {
      const upper = random.uniform() ** (1 / 8) * random.uniform() ** (1 / 5);
      return { upper, lower: upper * random.uniform() ** (1 / 4) };
    });
    const at = (key: "upper" | "lower", p: number) =>
      draws.map((draw) => draw[key]).sort((a, b) => a - b)[Math.floor(p * draws.length)]!;
    expect(low).toBeCloseTo(at("lower", alpha / 2), 2);
    expect(high).toBeCloseTo(at("upper", 1 - alpha / 2), 2);
  });

  it("has no step where nothing came back", () => {
    const never = [1, 2, 3].map((value) => ({ value, censored: true }));
    expect(kaplanMeier(never, alpha)).toEqual([]);
    expect(survivalMedian([])).toBeNull();
  });
});
