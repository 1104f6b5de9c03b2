import { describe, expect, it } from "vitest";
import { smallestDetectable } from "../../../analysis/plan/detectable.ts";

describe("the smallest detectable effect", () => {
  it("of 8 blocks and 6 comparisons needs all signs alike: Phi(mean / sd)^8 = .8, 1.92 standard deviations", () => {
    const ratio = smallestDetectable(0.1, { blocks: 8, comparisons: 6, alpha: 0.05 })!;
    expect(Math.log(ratio) / 0.1).toBeGreaterThan(1.92 * 0.93);
    expect(Math.log(ratio) / 0.1).toBeLessThan(1.92 * 1.07);
  });

  it("of many blocks is that of the t test: 32 blocks, one comparison, .51 standard deviations by the noncentral t", () => {
    const ratio = smallestDetectable(0.1, { blocks: 32, comparisons: 1, alpha: 0.05 })!;
    expect(Math.log(ratio) / 0.1).toBeGreaterThan(0.51 * 0.88);
    expect(Math.log(ratio) / 0.1).toBeLessThan(0.51 * 1.12);
  });

  it("does not exist for a design that cannot reach its alpha", () => {
    expect(smallestDetectable(0.1, { blocks: 5, comparisons: 1, alpha: 0.05 })).toBeNull();
  });

  it("falls with blocks and grows with noise", () => {
    const at = (sd: number, blocks: number) =>
      smallestDetectable(sd, { blocks, comparisons: 6, alpha: 0.05 })!;
    expect(at(0.1, 12)).toBeLessThan(at(0.1, 8));
    expect(at(0.2, 8)).toBeGreaterThan(at(0.1, 8));
  });
});
