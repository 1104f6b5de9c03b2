/** The short form of bench/invalid-blocks.ts; the seeds are fixed, so what passes once passes always. */
import { describe, expect, it } from "vitest";
import { machines, verdictsUnder } from "../../bench/invalid-blocks.ts";

const studies = 60;
const error = (p: number) => 2.6 * Math.sqrt((p * (1 - p)) / studies);

describe("whole studies on a machine that others have now and then, and that is slow for a third of some runs", () => {
  const found = verdictsUnder(Object.values(machines).at(-1)!, studies);

  it("call the baseline different from itself in no more than 5 of 100, whatever the gates leave out and spares add", () => {
    expect(found.falseAlarms).toBeLessThan(0.05 + error(0.05));
  });

  it("decide on six effects of 6x in most runs by spare blocks, where eight blocks alone seldom do", () => {
    expect(found.spares).toBeGreaterThan(1);
    expect(found.decided).toBeGreaterThan(found.decidedByEight + 0.4);
  });

  it("estimate the effect within 3 %, where an analysis without gates is off by a quarter", () => {
    expect(Math.abs(found.bias)).toBeLessThan(0.03);
    expect(found.ungatedBias).toBeLessThan(-0.2);
  });
});
