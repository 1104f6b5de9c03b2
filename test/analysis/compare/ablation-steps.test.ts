import { expect, it } from "vitest";
import { ablationSteps } from "../../../analysis/compare/ablation-steps.ts";
import type { Comparison } from "../../../analysis/schema/comparison.ts";

const ratio = { value: 1, low: 1, high: 1, level: 0.95, n: 4 };

/** Throughput of 10 in every block for the baseline; block b of a variant has `values[b]`. */
function row(treatment: string, values: readonly number[], fields: Partial<Comparison> = {}): Comparison {
  return {
    scenario: "flood",
    metric: "throughput",
    unit: "1/s",
    baseline: "baseline",
    treatment,
    role: "primary",
    n: values.length,
    pairs: values.map((value, block) => ({ block, baseline: 10, treatment: value, ratio: value / 10 })),
    ratio,
    ...fields,
  } as Comparison;
}

it("each step is paired with the one before it, and the shares make a whole", () => {
  const steps = ablationSteps([row("b", [80, 80, 80, 80]), row("a", [20, 20, 20, 20])], ["a", "b"], 0.05);
  expect(steps).toMatchObject([
    {
      from: "baseline",
      to: "a",
      n: 4,
      ratio: { value: expect.closeTo(2, 9) },
      share: expect.closeTo(1 / 3, 9),
    },
    { from: "a", to: "b", n: 4, ratio: { value: expect.closeTo(4, 9) }, share: expect.closeTo(2 / 3, 9) },
  ]);
});

it("a step back has a negative share, and a block that one rung lacks is left out of its step", () => {
  const steps = ablationSteps([row("a", [40, 40, 40, 40, 40]), row("b", [20, 20, 20, 20])], ["a", "b"], 0.05);
  expect(steps[1]).toMatchObject({
    n: 4,
    ratio: { value: expect.closeTo(0.5, 9) },
    share: expect.closeTo(-1, 9),
  });
});

it("no share is told of a step without an interval, nor of a way that may be none at all", () => {
  const few = ablationSteps([row("a", [20, 20]), row("b", [80, 80])], ["a", "b"], 0.05);
  expect(few.map(({ ratio, share }) => [ratio, share])).toEqual([
    [null, null],
    [null, null],
  ]);
  const eachWay = [8, 12.5, 8, 12.5, 10, 9, 11, 10];
  const nowhere = ablationSteps([row("a", eachWay), row("b", eachWay.toReversed())], ["a", "b"], 0.05);
  expect(nowhere.every(({ ratio, share }) => ratio !== null && share === null)).toBe(true);
});

it("an overloaded rung has no ratio on either side, and the A/A arm is no rung", () => {
  const rows = [row("a", [20, 20, 20, 20], { ratio: null }), row("b", [80, 80, 80, 80])];
  const steps = ablationSteps([...rows, row("baseline", [10, 10, 10, 10], { role: "aa" })], ["a", "b"], 0.05);
  expect(steps.map((step) => step.ratio)).toEqual([null, null]);
});

it("the shares add up to 1 where blocks differ and one rung lacks a block, as pseudo-medians would not", () => {
  const steps = ablationSteps(
    [row("a", [40, 11, 14, 60, 13]), row("b", [15, 17, 90, 16]), row("c", [80, 85, 300, 400, 90])],
    ["a", "b", "c"],
    0.2,
  );
  expect(steps.map(({ share }) => share)).not.toContain(null);
  expect(steps.reduce((total, { share }) => total + share!, 0)).toBeCloseTo(1, 12);
});
