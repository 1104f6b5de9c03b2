/** The short form of `npm run bench:coverage -- power`; the seeds are fixed, so what passes once passes always. */
import { describe, expect, it } from "vitest";
import { coverage, shapes } from "../../../bench/coverage/studies.ts";

describe("simulated studies with deployments that differ and requests that are correlated", () => {
  const studies = 200;
  const found = coverage(shapes[0]!, studies);
  const error = (p: number) => 2.6 * Math.sqrt((p * (1 - p)) / studies);

  it("have intervals that hold the truth as often as they state", () => {
    expect(found.level).toBeCloseTo(0.961, 3);
    expect(Math.abs(found.covered - found.level)).toBeLessThan(error(found.level));
  });

  it("call the baseline different from itself in no more than 5 of 100, within the error of so many studies", () => {
    expect(found.falseAlarms).toBeLessThan(0.05 + error(0.05));
  });

  it("would call it so in more than 15 of 100 by pooled requests, which is why nothing rests on them", () => {
    expect(found.naiveFalseAlarms).toBeGreaterThan(0.15);
  });

  it("show the effect that the planner promises to show in 80 of 100, in at least 70", () => {
    expect(found.power).toBeGreaterThan(0.7);
  });
});
