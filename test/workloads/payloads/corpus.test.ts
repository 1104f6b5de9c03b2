import { describe, expect, it } from "vitest";
import { domains, readCorpus } from "../../../workloads/payloads/corpus.ts";
import { payloads } from "../../../workloads/payloads/index.ts";

describe("the corpus", async () => {
  const corpus = await readCorpus();

  it("holds the published number of texts per domain", () => {
    // ICWSM 2014: 4,200 tweets, 3,708 product, 10,605 film and 5,190 editorial sentences; empty ones are left out.
    const counts = domains.map((domain) => corpus.filter((text) => text.domain === domain).length);
    expect(counts).toEqual([4200, 3708, 10605, 5190]);
  });

  it("never has one text in two splits", () => {
    const splits = new Map<string, Set<string>>();
    for (const { text, split } of corpus) splits.set(text, (splits.get(text) ?? new Set()).add(split));
    expect([...splits.values()].every(({ size }) => size === 1)).toBe(true);
  });

  it("has ratings on the scale of the raters and texts that a service accepts", () => {
    expect(corpus.every(({ rating }) => rating >= -4 && rating <= 4)).toBe(true);
    expect(corpus.every(({ text }) => text.trim() !== "" && text.length <= 2000)).toBe(true);
  });

  it.each(Object.keys(payloads))("%s sends only texts that no head was fitted on", async (name) => {
    const { texts, bodies } = await payloads[name as keyof typeof payloads].load();
    const seen = new Set(corpus.filter(({ split }) => split !== "payload").map(({ text }) => text));
    expect(texts.length).toBeGreaterThan(500);
    expect(texts.some((text) => seen.has(text))).toBe(false);
    expect(JSON.parse(bodies()[0]!.toString())).toEqual({ texts: [texts[0]] });
  });
});
