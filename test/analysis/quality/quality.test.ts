import { describe, expect, it } from "vitest";
import { qualityFindings, uncheckedFindings } from "../../../analysis/cells/quality-findings.ts";
import { agreementOf, exactShare, qualityByDomain } from "../../../analysis/quality/quality.ts";
import type { ManifestFile } from "../../../analysis/schema/results-folder.ts";

const labels = ["negative", "neutral", "positive"];
const answers = (...rows: number[][]) => ({ labels, probabilities: Float32Array.from(rows.flat()) });
const declared = { agreement: 0.75, probabilityShift: 0.3 };
const baseline = answers([0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8], [0.4, 0.35, 0.25]);

describe("answers beside the baseline's", () => {
  it("count equal labels and the largest shift of any class on any text", () => {
    const variant = answers([0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.1, 0.35, 0.55], [0.3, 0.45, 0.25]);
    const found = agreementOf(baseline, variant, declared);
    expect(found).toMatchObject({ texts: 4, agreed: 3, largestShiftText: 2, within: true });
    expect(found.largestShift).toBeCloseTo(0.25, 6);
  });

  it("are outside the tolerance by one label or one probability too many", () => {
    const twoLabels = answers([0.3, 0.4, 0.3], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8], [0.3, 0.45, 0.25]);
    expect(agreementOf(baseline, twoLabels, declared)).toMatchObject({ agreed: 2, within: false });
    const oneShift = answers([0.95, 0.03, 0.02], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8], [0.4, 0.35, 0.25]);
    expect(agreementOf(baseline, oneShift, declared)).toMatchObject({ agreed: 4, within: false });
  });
});

it("a share has Clopper and Pearson's interval, whose ends leave 2.5 % of the binomial on either side", () => {
  // By bisection on sums of the binomial, in Python.
  for (const [k, n, low, high] of [
    [237, 240, 0.96390632, 0.99741474],
    [3, 4, 0.19412045, 0.99369054],
    [240, 240, 0.98474719, 1],
    [23651, 23700, 0.99726755, 0.99847006],
  ] as const) {
    const found = exactShare(k, n);
    expect(found).toMatchObject({ value: k / n, n, level: 0.95 });
    expect(found.low).toBeCloseTo(low, 6);
    expect(found.high).toBeCloseTo(high, 6);
  }
});

it("a share holds the truth where one of a thousand differs and 500 were asked: Wilson's holds 91 %", () => {
  const chance = [0.6064, 0.3035, 0.0758, 0.0126]; // binomial(500, .001) at 0 to 3
  const missed = chance.filter((_, differ) => exactShare(500 - differ, 500).high < 0.999);
  expect(missed.reduce((sum, p) => sum + p, 0)).toBeLessThan(0.05);
  expect(exactShare(498, 500).high).toBeGreaterThan(0.999);
});

it("accuracy and macro-F1 are per domain, and leave out what a head was fitted on", () => {
  const truths = [
    { label: 0, domain: "tweets" },
    { label: 2, domain: "tweets" },
    { label: 2, domain: "films" },
    { label: -1, domain: "films" },
  ];
  const [tweets, films, all] = qualityByDomain(baseline, truths);
  // Tweets: named negative, neutral; were negative, positive. F1: 1, 0, 0.
  expect(tweets).toMatchObject({ domain: "tweets", accuracy: { value: 0.5, n: 2 } });
  expect(tweets!.macroF1).toBeCloseTo(1 / 3, 9);
  expect(films).toMatchObject({ domain: "films", accuracy: { value: 1, n: 1 } });
  expect(all).toMatchObject({ domain: "all", accuracy: { n: 3 } });
});

describe("a study", () => {
  const agreement = agreementOf(baseline, answers(...Array(4).fill([0, 0, 1])), declared);
  const manifest = (synthetic: boolean) =>
    ({ quality: { other: { file: "q.json", agreement } }, model: { synthetic } }) as unknown as ManifestFile;

  it("has no valid trial of a variant whose answers are outside its tolerance; labels of random weights only warn", () => {
    expect(qualityFindings(manifest(false), "other")).toMatchObject([{ severity: "invalid" }]);
    expect(qualityFindings(manifest(true), "other")).toMatchObject([{ severity: "warning" }]);
    expect(qualityFindings(manifest(false), "unknown")).toEqual([]);
  });

  it("names the variants that were never compared over the corpus", () => {
    expect(uncheckedFindings(manifest(false), ["other", "unknown"])).toMatchObject([
      { severity: "note", message: expect.stringContaining("answers of unknown were") },
    ]);
  });
});
