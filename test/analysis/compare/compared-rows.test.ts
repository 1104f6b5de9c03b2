/** Rows of few invented trials, for what a verdict rests on. */

import { describe, expect, it } from "vitest";
import { type ComparisonRequest, compareAll } from "../../../analysis/compare/compare.ts";
import type { Arm } from "../../../analysis/compare/pairs.ts";
import { metrics } from "../../../analysis/metrics/index.ts";
import type { Measurement } from "../../../analysis/schema/trial.ts";
import { sorted } from "../../../analysis/statistics/quantile.ts";
import { validTrial } from "../../../bench/trial-result.ts";

const study = { alpha: 0.05, equivalence: 0.05 };

function arm(label: string, values: readonly (number | Measurement)[], metric: string, failed = 0): Arm {
  return {
    label,
    pooled: sorted(new Float64Array(0)),
    trials: values.map((value, block) =>
      validTrial({
        ...{ block, variant: label, scenario: "steady", ratePerSecond: 10 },
        counts: { offered: 100, ok: 100 - failed, late: 0, failed, byOutcome: {} },
        metrics: { [metric]: typeof value === "number" ? { value, unit: "ms", n: 100, why: "" } : value },
      }),
    ),
  };
}

const request = (metric: "p50" | "goodput", baseline: Arm, treatment: Arm): ComparisonRequest => ({
  scenario: "steady",
  metric: metrics[metric],
  role: "primary",
  baseline,
  treatment,
});

describe("goodput", () => {
  it("is judged by its misses: .997 against .964 is ten times as many, and not equivalent", () => {
    const base = [0.997, 0.9968, 0.9972, 0.9971, 0.9969, 0.997, 0.9973, 0.9967];
    const other = [0.964, 0.9638, 0.9645, 0.9636, 0.9642, 0.9641, 0.9637, 0.9643];
    const [row] = compareAll(
      [request("goodput", arm("a", base, "goodput"), arm("b", other, "goodput"))],
      study,
    );
    expect(row!.verdict).toBe("slower");
    expect(row!.sentence).not.toContain("equivalent");
  });

  it("is equivalent where the misses are: as many, within 5 %", () => {
    const base = [0.9, 0.92, 0.91, 0.93, 0.9, 0.92, 0.91, 0.9];
    const wobble = [1.001, 0.999, 1.002, 0.998, 1.001, 0.999, 1, 1];
    const same = base.map((value, index) => 1 - (1 - value) * wobble[index]!);
    const [row] = compareAll(
      [request("goodput", arm("a", base, "goodput"), arm("b", same, "goodput"))],
      study,
    );
    expect(row!.verdict).toBe("equivalent");
  });
});

it("a block too short for the quantile is left out, though one of its requests failed", () => {
  const short: Measurement = { value: null, unit: "ms", n: 9, why: "9 requests, 14 are needed" };
  const base = arm("a", [10, 11, 12, 10, 11, 12, 10, 11, 12, short], "p50", 1);
  const other = arm("b", [5, 6, 6, 5, 6, 6, 5, 6, 6, short], "p50", 1);
  const [row] = compareAll([request("p50", base, other)], study);
  expect(row).toMatchObject({ n: 9, verdict: "faster" });
});

it("a short row needs no more pairs than reach alpha beside the others of its family", () => {
  const base = arm("a", [10, 11, 12, 10, 11, 12, 10, 11], "p50");
  const fast = arm("b", [5, 6, 6, 5, 6, 6, 5, 6], "p50");
  const few = (count: number) => arm("c", [5, 6, 6, 5, 6, 6].slice(0, count), "p50");
  const row = (count: number) =>
    compareAll([request("p50", base, fast), request("p50", base, few(count))], study)[1]!;
  // Alone of two it would need 7 pairs: 2 x 2/64 > .05; after the other, p .0078, is rejected, 6 are enough.
  expect(row(6).verdict).toBe("faster");
  expect(row(5).sentence).toContain("at least 6 needed");
});

it("a row whose blocks are skewed says what its interval and its p are of", () => {
  const base = arm("a", [10, 10, 10, 10, 10, 10, 10, 10], "p50");
  const odd = arm("b", [9, 9.1, 9.05, 9.02, 9.08, 9.04, 9.06, 40], "p50");
  const [row] = compareAll([request("p50", base, odd)], study);
  expect(row!.findings.map(({ code }) => code)).toContain("skewed");
});
