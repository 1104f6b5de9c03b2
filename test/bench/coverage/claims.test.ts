/** The short form of `npm run bench:coverage`: a few runs of every claim on one queue each; the seeds are fixed. */
import { describe, expect, it } from "vitest";
import { type Claim, isDecided, isOff, sizes } from "../../../bench/coverage/claim.ts";
import { claims } from "../../../bench/coverage/claims/index.ts";
import { queues } from "../../../bench/coverage/queues.ts";

const runs = 30;
/** Two points, and three standard errors of so few runs. */
const allowed = (stated: number) => 0.02 + 3 * Math.sqrt((stated * (1 - stated)) / runs);

describe("what a command prints holds what it states", () => {
  for (const [index, [name, claim]] of Object.entries(claims as Record<string, Claim>).entries()) {
    const queue = queues[index % queues.length]!;
    it(`${name}: ${claim.prints}, on ${queue.name}`, () => {
      const held = claim.simulate(queue, "small", runs);
      expect(isOff(claim.kind, held, allowed(held.stated)), JSON.stringify(held)).toBe(false);
    });
    it(`${name} says what each size is`, () => {
      for (const size of sizes) expect(claim.sizes[size]).not.toBe("");
    });
  }
});

describe("what counts as off", () => {
  const found = (held: number) => ({ stated: 0.95, held, runs: 1000 });
  it("is two points on either side of a level, below a bound from below, above a bound from above", () => {
    expect([0.92, 0.94, 0.96, 0.98].map((held) => isOff("level", found(held)))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect([0.92, 0.94, 0.98].map((held) => isOff("at least", found(held)))).toEqual([true, false, false]);
    expect([0.92, 0.96, 0.98].map((held) => isOff("at most", found(held)))).toEqual([false, false, true]);
  });
  it("is nothing where nothing was printed", () => {
    expect(isOff("level", { stated: 0.95, held: Number.NaN, runs: 0 })).toBe(false);
  });
});

describe("how many runs a cell has", () => {
  const found = (held: number, runs: number) => ({ stated: 0.95, held, runs });
  it("is as many as say on which side of two points it is: a standard error within, or two beyond", () => {
    // A standard error is 0.97 points of 500 runs and 0.34 of 4,000.
    expect(isDecided("level", found(0.95, 500))).toBe(true);
    expect(isDecided("level", found(0.938, 500))).toBe(false);
    expect(isDecided("level", found(0.938, 4000))).toBe(true);
    expect(isDecided("level", found(0.915, 500))).toBe(false);
    expect(isDecided("level", found(0.91, 500))).toBe(true);
    expect(isDecided("at least", found(1, 10))).toBe(true);
  });
  it("does not change what each run is: two halves are the whole", () => {
    const [queue] = queues;
    const of = (runs: number, first: number) =>
      claims.cell.simulate(queue!, "small", runs, first).held * runs;
    expect(of(10, 0) + of(10, 10)).toBeCloseTo(of(20, 0), 9);
  });
});
