import { describe, expect, it } from "vitest";
import { compareAll, cosine } from "../../../study/quality/agreement.ts";

describe("answers beside the baseline's", () => {
  it("agree by label in a share with Clopper and Pearson's interval", () => {
    const labels = (text: string) => [...text].map((label) => ({ label }));
    const [found] = compareAll({ label: { least: 0.7 } }, labels("aabb"), labels("aabc"));
    expect(found).toMatchObject({ by: "label", observed: 0.75, within: true });
    // R's binom.test(3, 4).
    expect(found!.share!.low).toBeCloseTo(0.1941, 4);
    expect(found!.share!.high).toBeCloseTo(0.9937, 4);
    expect(compareAll({ label: { least: 0.76 } }, labels("aabb"), labels("aabc"))[0]!.within).toBe(false);
  });

  it("agree by cosine where the worst of them does", () => {
    const vectors = (...all: number[][]) => all.map((vector) => ({ vector }));
    const right = vectors([1, 0], [0, 2]);
    const [found] = compareAll({ cosine: { least: 0.7 } }, right, vectors([5, 0], [1, 1]));
    expect(found!.observed).toBeCloseTo(Math.SQRT1_2, 12);
    expect(found!.within).toBe(true);
    expect(cosine([1, 2], [1, 2, 3])).toBe(0);
    expect(cosine([0, 0], [0, 0])).toBe(1);
    expect(cosine([1, 0], [-1, 0])).toBe(-1);
  });

  it("agree by the largest shift of a component, and by a number's tolerance", () => {
    const [shift] = compareAll(
      { shift: { most: 0.1 } },
      [{ vector: [0.2, 0.8] }],
      [{ vector: [0.35, 0.65] }],
    );
    expect(shift).toMatchObject({ by: "shift", within: false });
    expect(shift!.observed).toBeCloseTo(0.15, 12);
    const numbers = (...all: number[]) => all.map((number) => ({ number }));
    const [number] = compareAll({ number: { tolerance: 1 } }, numbers(1, 2, 3), numbers(1, 2.5, 4));
    expect(number).toMatchObject({ by: "number", observed: 1, median: 0.5, within: true });
  });

  it("without what is to be compared are an error that says where it is missing", () => {
    expect(() => compareAll({ cosine: { least: 1 } }, [{ label: "a" }], [{ label: "a" }])).toThrowError(
      expect.objectContaining({
        kind: "badInput",
        problems: [expect.objectContaining({ path: "judge.vector" })],
      }),
    );
  });
});
