import { describe, expect, it } from "vitest";
import { robertaTokens } from "../../../infra/models/roberta-tokens.ts";
import { charactersIn, lengthDistribution } from "../../../workloads/payloads/lengths.ts";

describe("the lengths of texts", () => {
  it("are counted in characters as a reader sees them, and in RoBERTa's tokens with begin and end", () => {
    expect(charactersIn("naïve 👍")).toBe(7);
    // <s> Hello world ! </s>
    expect(robertaTokens("Hello world!")).toBe(5);
  });

  it("have the quantiles of their set, the shortest and the longest among them", () => {
    const { mean, quantiles } = lengthDistribution(["a", "bbb", "cc"], charactersIn);
    expect(mean).toBe(2);
    const at = (share: number) => quantiles.find(({ p }) => p === share)?.length;
    expect([at(0), at(0.5), at(1)]).toEqual([1, 2, 3]);
    expect(at(0.95)).toBeCloseTo(2.9, 9);
  });
});
