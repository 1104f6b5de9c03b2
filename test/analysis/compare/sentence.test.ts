import { describe, expect, it } from "vitest";
import type { Context } from "../../../analysis/compare/compare.ts";
import { sentence } from "../../../analysis/compare/sentence.ts";

const estimate = (value: number, low: number, high: number) => ({ value, low, high, level: 0.951, n: 10 });

const context: Context = {
  study: { alpha: 0.05, equivalence: 0.05 },
  complete: true,
  reaches: (p) => 8 * p <= 0.05,
  equivalence: null,
  metric: {
    name: "time-to-sustained",
    unit: "ms",
    smallerIsBetter: true,
    growsWithQueue: false,
    verbs: { better: "recovers faster than", worse: "recovers slower than" },
  },
  blocks: 10,
  saturated: { baseline: 0, treatment: 0, pairs: 10 },
  goodput: { baseline: null, treatment: null },
  effect: -21_265,
  why: "",
};

const row: Parameters<typeof sentence>[0] = {
  id: "scale-down/two/time-to-sustained",
  scenario: "scale-down",
  metric: "time-to-sustained",
  unit: "ms",
  baseline: "one",
  treatment: "two",
  role: "primary",
  smallerIsBetter: true,
  n: 10,
  pairs: [],
  ratio: null,
  ratioT: null,
  shift: estimate(-21_265, -29_154, -9482),
  superiority: 1,
  p: 0.00225,
  pHolm: 0.018,
  naive: null,
  verdict: "faster",
  findings: [],
};

describe("a difference without a ratio", () => {
  it("of seconds is told in seconds", () => {
    expect(sentence(row, context)).toBe(
      "two recovers faster than one under scale-down load: time-to-sustained differs by -21.3 s " +
        "(95.1 % interval -29.2 s to -9.48 s, 10 blocks, p = .018 after Holm).",
    );
  });

  it("of less than a second is told in milliseconds, each bound in its own unit", () => {
    const short = { ...row, shift: estimate(-212, -1500, -9.48) };
    expect(sentence(short, context)).toContain(
      "differs by -212 ms (95.1 % interval -1.50 s to -9.48 ms, 10 blocks",
    );
  });

  it("of requests is told in requests", () => {
    const requests = { ...row, metric: "lost-requests", unit: "requests", shift: estimate(-153, -260, -12) };
    expect(sentence(requests, context)).toContain(
      "lost-requests differs by -153 requests (95.1 % interval -260 to -12.0 requests",
    );
  });
});
