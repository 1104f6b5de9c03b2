/** Against figures computed independently with SciPy and plain enumeration: reference/statistics.py. */
import { describe, expect, it } from "vitest";
import { mannWhitneyP, twoSampleKsP } from "../../../analysis/compare/naive-tests.ts";
import {
  chiSquareAbove,
  kolmogorovTail,
  normalCdf,
  studentQuantile,
  studentTails,
} from "../../../analysis/statistics/distributions.ts";
import { hodgesLehmann, walshRank } from "../../../analysis/statistics/hodges-lehmann.ts";
import { holm } from "../../../analysis/statistics/holm.ts";
import { permutationP, smallestPermutationP } from "../../../analysis/statistics/permutation.ts";
import { quantile, quantileNeeds, selectedQuantile, sorted } from "../../../analysis/statistics/quantile.ts";
import { signFlipP } from "../../../analysis/statistics/sign-flip.ts";
import { tInterval, tIntervalOfSkewed } from "../../../analysis/statistics/student.ts";
import { welchInterval } from "../../../analysis/statistics/welch.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import reference from "../reference/statistics.json" with { type: "json" };

describe("paired differences", () => {
  for (const { differences, ...expected } of reference.paired) {
    it(`of ${differences.length} blocks give SciPy's sign-flip p, Walsh interval and t interval`, () => {
      expect(signFlipP(differences)).toBeCloseTo(expected.signFlipP, 12);
      expectEstimate(hodgesLehmann(differences, 0.05), expected.hodgesLehmann);
      expectEstimate(tInterval(differences, 0.05), expected.t);
    });
  }

  it("have one degree of freedom fewer where skewed values are averaged as they are: 2.776 and not 2.571 for six", () => {
    const values = [1, 2, 4, 5, 7, 20];
    const half = (one: { low: number; high: number } | null) => (one!.high - one!.low) / 2;
    const skewed = tIntervalOfSkewed(values, 0.05);
    expect(skewed).toMatchObject({ value: 6.5, level: 0.95, n: 6 });
    expect(half(skewed) / half(tInterval(values, 0.05))).toBeCloseTo(2.776445 / 2.570582, 6);
    // t(1) = 12.706, of two and of three values.
    expect(half(tIntervalOfSkewed([1, 3], 0.05))).toBeCloseTo(12.7062, 3);
    expect(tIntervalOfSkewed([1], 0.05)).toBeNull();
  });

  it("have the levels of the rule book: 96.1 % for 8 blocks, 93.75 % at most for 5", () => {
    expect(walshRank(8, 0.05)).toEqual({ k: 4, level: 1 - 10 / 256 });
    expect(walshRank(5, 0.05)).toEqual({ k: 1, level: 0.9375 });
    expect(hodgesLehmann([1, 2, 3], 0.05)).toBeNull();
  });

  it("cannot have a sign-flip p below 2/2^R, and reach it when all blocks agree", () => {
    expect(signFlipP([3, 1, 2, 5, 4, 1, 2, 3])).toBe(2 / 2 ** 8);
    expect(signFlipP([-1, -1, -1, -1, -1])).toBe(0.0625);
    expect(signFlipP([7])).toBe(1);
    expect(signFlipP([0, 0, 0])).toBe(1);
  });

  it("count ties of equal sums as extreme, so that p is never too small: 1, 1, 1, -1 by hand is 10/16", () => {
    expect(signFlipP([1, 1, 1, -1])).toBe(10 / 16);
    expect(signFlipP([0.1, 0.1, 0.1, -0.1])).toBe(10 / 16);
  });

  it("of more blocks than can be enumerated are sampled, near the exact p and the same every time", () => {
    const differences = Array.from({ length: 21 }, (_, index) => Math.sin(index * 7) + 0.45);
    const exact = signFlipP(differences.slice(0, 20));
    const first = signFlipP(differences);
    expect(signFlipP(differences)).toBe(first);
    expect(exact).toBeGreaterThan(0.001);
    expect(first).toBeGreaterThan(exact / 5);
    expect(first).toBeLessThan(exact * 5);
  });
});

describe("two independent samples", () => {
  for (const { a, b, ...expected } of reference.twoSamples) {
    it(`of ${a.length} and ${b.length} blocks give SciPy's exact permutation p and Welch interval`, () => {
      expect(permutationP(a, b)).toBeCloseTo(expected.p, 12);
      const interval = welchInterval(a, b, 0.05)!;
      expect(interval.low).toBeCloseTo(expected.low, 6);
      expect(interval.high).toBeCloseTo(expected.high, 6);
    });
  }

  it("too many to enumerate are sampled: near the exact p, the same every time", () => {
    const a = Array.from({ length: 12 }, (_, i) => Math.sin(i * 5));
    const b = Array.from({ length: 12 }, (_, i) => Math.sin(i * 3 + 1) + 0.5);
    expect(permutationP(a, b)).toBe(permutationP(a, b));
    const welch = welchInterval(a, b, 0.05)!;
    expect(permutationP(a, b) < 0.05).toBe(welch.low > 0);
  });

  it("cannot have a p below one deal in all", () => {
    expect(permutationP([1, 2, 3], [7, 8, 9])).toBeCloseTo(2 / 20, 12);
    expect(smallestPermutationP(3, 3)).toBeCloseTo(2 / 20, 12);
  });
});

describe("Holm's adjustment", () => {
  it("steps down and never decreases", () => {
    holm(reference.holm.p).forEach((p, index) => {
      expect(p).toBeCloseTo(reference.holm.adjusted[index]!, 12);
    });
  });

  it("counts a comparison that could not be tested in the family, and leaves it without a p", () => {
    expect(holm([0.01, null, 0.04])).toEqual([0.03, null, 0.08]);
  });
});

describe("naive request-level tests", () => {
  for (const { a, b, ...expected } of reference.samples) {
    it(`of ${a.length} and ${b.length} requests give SciPy's Mann-Whitney and Kolmogorov-Smirnov p`, () => {
      const [x, y] = [sorted(Float64Array.from(a)), sorted(Float64Array.from(b))];
      expect(mannWhitneyP(x, y)).toBeCloseTo(expected.mannWhitneyP, 9);
      // SciPy rounds the effective n to a whole number and uses the exact law: within a few parts in a hundred.
      expect(Math.abs(twoSampleKsP(x, y) - expected.ksP)).toBeLessThan(0.05 * expected.ksP + 1e-4);
    });
  }

  it("take a failure as later than anything", () => {
    const a = sorted(Float64Array.from({ length: 60 }, (_, i) => i));
    const late = (than: number) => sorted(Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? i : than)));
    expect(mannWhitneyP(a, late(Number.POSITIVE_INFINITY))).toBe(mannWhitneyP(a, late(1e9)));
    expect(mannWhitneyP(a, late(Number.POSITIVE_INFINITY))).toBeLessThan(0.05);
  });
});

describe("quantiles", () => {
  it("are Hyndman and Fan's type 7, as numpy's", () => {
    const values = sorted(Float64Array.from(reference.quantiles.values));
    reference.quantiles.p.forEach((p, index) => {
      expect(quantile(values, p)).toBeCloseTo(reference.quantiles.type7[index]!, 9);
    });
  });

  it("are infinite as soon as a failure takes part", () => {
    const values = sorted(Float64Array.from([1, 2, 3, Number.POSITIVE_INFINITY]));
    expect(quantile(values, 0.5)).toBe(2.5);
    expect(quantile(values, 0.9)).toBe(Number.POSITIVE_INFINITY);
  });

  it("need n (1 - p) >= 6.64 requests to be shown", () => {
    expect([0.5, 0.95, 0.99].map(quantileNeeds)).toEqual([14, 133, 664]);
  });

  it("by selection are the same numbers, ties and failures included", () => {
    const random = randomStream(6, "selection");
    for (const size of [1, 2, 3, 7, 50, 501]) {
      const values = Float64Array.from({ length: size }, () =>
        random.uniform() < 0.1 ? Number.POSITIVE_INFINITY : Math.round(20 * random.uniform()),
      );
      for (const p of [0, 0.01, 0.5, 0.73, 0.95, 1]) {
        expect(selectedQuantile(values.slice(), p)).toBe(quantile(sorted(values.slice()), p));
      }
    }
  });
});

describe("distributions", () => {
  const { student, studentTails: tails, chiSquareAbove: above, normal, kolmogorov } = reference.distributions;

  it("agree with SciPy", () => {
    for (const [p, df, expected] of student) expect(studentQuantile(p!, df!)).toBeCloseTo(expected!, 6);
    for (const [t, df, expected] of tails) expect(studentTails(t!, df!)).toBeCloseTo(expected!, 10);
    for (const [x, df, expected] of above) expect(chiSquareAbove(x!, df!)).toBeCloseTo(expected!, 9);
    for (const [z, expected] of normal) expect(normalCdf(z!)).toBeCloseTo(expected!, 12);
  });

  it("hold the Kolmogorov tail to within 1 % and 1e-4 of the exact one", () => {
    for (const [d, n, expected] of kolmogorov) {
      expect(Math.abs(kolmogorovTail(d!, n!) - expected!)).toBeLessThan(0.01 * expected! + 1e-4);
    }
  });
});

function expectEstimate(
  actual: { value: number; low: number; high: number; level: number; n: number } | null,
  expected: { value: number; low: number; high: number; level: number; n: number },
): void {
  expect(actual?.n).toBe(expected.n);
  for (const key of ["value", "low", "high", "level"] as const) {
    expect(actual?.[key], key).toBeCloseTo(expected[key], 7);
  }
}
