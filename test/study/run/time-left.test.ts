import { describe, expect, it } from "vitest";
import { expectedSeconds, type SeenDeployment, secondsLeft } from "../../../study/run/time-left.ts";

const seen = (...pairs: [string, number][]): SeenDeployment[] =>
  pairs.map(([variant, seconds]) => ({ variant, seconds, trials: 3 }));
const left = [
  { variant: "slow", trials: 3 },
  { variant: "fast", trials: 3 },
];

describe("the time that is left", () => {
  it("is the plan's before anything was seen", () => {
    expect(secondsLeft([], left, 10)).toBe(60);
  });

  it("is each variant's own usual time while the machine stays as it is", () => {
    expect(secondsLeft(seen(["slow", 60], ["fast", 15], ["slow", 60], ["fast", 15]), left, 10)).toBeCloseTo(
      75,
      9,
    );
  });

  it("follows a machine that has become four times slower after two deployments, and not by a mean over the run", () => {
    const quick = seen(["slow", 60], ["fast", 15], ["slow", 60], ["fast", 15], ["slow", 60], ["fast", 15]);
    const slowed = [...quick, ...seen(["slow", 240], ["fast", 60])];
    expect(secondsLeft(slowed, left, 10)).toBeCloseTo(4 * 75, 9);
    const again = [...slowed, ...seen(["slow", 60], ["fast", 15])];
    expect(secondsLeft(again, left, 10)).toBeCloseTo(75, 9);
  });

  it("of a variant not seen yet is the plan's, by how the others compare with theirs", () => {
    expect(expectedSeconds(seen(["slow", 60]), { variant: "fast", trials: 3 }, 10)).toBeCloseTo(60, 9);
  });
});
