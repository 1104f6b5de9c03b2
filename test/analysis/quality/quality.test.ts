import { describe, expect, it } from "vitest";
import { qualityFindings, uncheckedFindings } from "../../../analysis/cells/quality-findings.ts";
import { agreementOf, qualityByDomain, wilson } from "../../../analysis/quality/quality.ts";
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

it("Wilson's interval is the one of R's prop.test without correction", () => {
  // prop.test(237, 240, correct = FALSE): 0.9638847 0.9957381
  expect(wilson(237, 240)).toMatchObject({ value: 0.9875, n: 240 });
  expect(wilson(237, 240).low).toBeCloseTo(0.9638847, 4);
  expect(wilson(237, 240).high).toBeCloseTo(0.9957381, 4);
  expect(wilson(240, 240).high).toBe(1);
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
