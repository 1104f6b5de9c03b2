import { describe, expect, it } from "vitest";
import { blocksNeeded, resolution, smallestSignFlipP } from "../../../analysis/plan/resolution.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";
import { smoke } from "../../../workloads/studies/smoke.ts";

describe("the resolution of a design", () => {
  it("is 2/2^R: .0625 for 5 blocks, .031 for 6, .0078 for 8, .0020 for 10, .0005 for 12", () => {
    expect([5, 6, 8, 10, 12].map(smallestSignFlipP)).toEqual([2 / 32, 2 / 64, 2 / 256, 2 / 1024, 2 / 4096]);
  });

  it("needs 8 blocks for the quick study's 6 comparisons; 10 hold 25, 12 hold 102", () => {
    expect(blocksNeeded(6, 0.05)).toBe(8);
    expect([25, 26].map((m) => blocksNeeded(m, 0.05))).toEqual([10, 11]);
    expect([102, 103].map((m) => blocksNeeded(m, 0.05))).toEqual([12, 13]);
  });

  it("is enough in quick, and not in smoke, which says what it would take", () => {
    expect(resolution(studySpec.parse(quick))).toMatchObject({
      reachesAlpha: true,
      comparisons: 6,
      smallestP: 6 / 128,
    });
    const short = resolution(studySpec.parse(smoke));
    expect(short.reachesAlpha).toBe(false);
    expect(short.sentence).toBe(
      "With 1 block and 6 comparisons the smallest p after Holm is 1, above alpha .05: at least 8 blocks are needed.",
    );
  });
});
