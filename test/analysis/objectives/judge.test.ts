import { describe, expect, it } from "vitest";
import {
  injectionsNeeded,
  judged,
  medianInterval,
  valuesNeeded,
} from "../../../analysis/objectives/judge.ts";

const atMost = { direction: "at most", limit: 200 } as const;
const atLeast = { direction: "at least", limit: 0.99 } as const;

describe("an objective", () => {
  it("is met where the whole interval keeps the limit, missed where it is beyond, and else not shown", () => {
    expect(judged(atMost, { low: 150, high: 200 })).toBe("met");
    expect(judged(atMost, { low: 201, high: 250 })).toBe("missed");
    expect(judged(atMost, { low: 200, high: 250 })).toBe("not shown");
    expect(judged(atLeast, { low: 0.99, high: 1 })).toBe("met");
    expect(judged(atLeast, { low: 0.9, high: 0.98 })).toBe("missed");
    expect(judged(atLeast, { low: 0.98, high: 1 })).toBe("not shown");
  });

  it("is decided by the end that is known where the other is not", () => {
    expect(judged(atMost, { low: 201, high: null })).toBe("missed");
    expect(judged(atMost, { low: 100, high: null })).toBe("not shown");
    expect(judged(atLeast, { low: 0.995, high: null })).toBe("met");
  });

  it("that a value beyond every limit breaks is missed", () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(judged(atMost, { low: inf, high: inf })).toBe("missed");
    expect(judged(atMost, { low: 100, high: inf })).toBe("not shown");
  });
});

// P(B <= k - 1), B ~ Binomial(n, 1/2), by hand: 1/32 for n = 5, 1/16 for n = 4, 9/256 for n = 8 and k = 2, 37/256 for k = 3.
describe("the median's interval with 95 % confidence of each end", () => {
  it("needs five values: 1/32 is below 5 %, and 1/16 is not", () => {
    expect(medianInterval([1, 2, 3, 4], 0.95)).toBeNull();
    expect(medianInterval([5, 4, 3, 2, 1], 0.95)).toEqual({ value: 3, low: 1, high: 5 });
    expect(valuesNeeded(0.95)).toBe(5);
    expect(valuesNeeded(0.5)).toBe(1);
    expect(valuesNeeded(0.99)).toBe(7);
  });

  it("leaves out one of eight values at each end, 9/256, and not two, 37/256", () => {
    expect(medianInterval([1, 2, 3, 4, 5, 6, 7, 8], 0.95)).toEqual({ value: 4.5, low: 2, high: 7 });
  });

  it("takes infinite values as beyond all others", () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(medianInterval([1, 2, 3, 4, inf], 0.95)).toEqual({ value: 3, low: 1, high: inf });
    expect(medianInterval([inf, inf, inf, inf, inf, inf], 0.95)).toEqual({ value: inf, low: inf, high: inf });
  });
});

describe("the injections that show a share", () => {
  it("are as many as make 0.9^n at most .05: 29; and 5 for a half", () => {
    expect(injectionsNeeded(0.9, 0.95)).toBe(29);
    expect(injectionsNeeded(0.5, 0.95)).toBe(5);
  });
});
