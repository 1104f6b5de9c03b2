import { describe, expect, it } from "vitest";
import { reports } from "../../../analysis/reports/formats/index.ts";
import { sourceOf } from "../../../analysis/reports/parts/source.ts";
import { reportModel } from "../../../analysis/reports/sections/report-model.ts";
import type { Analysis } from "../../../analysis/schema/analysis-result.ts";
import { analysisFixture, manifest, plan } from "./fixture/index.ts";
import { analysis, document, html, page, rendered, texts } from "./fixture/rendered.ts";
import { isRounded, valueAt } from "./pointer.ts";

const files = { "analysis.json": analysis, "plan.json": plan, "manifest.json": manifest };

describe("a claim", () => {
  const primary = analysis.comparisons.filter(({ role }) => role === "primary");

  it("is a sentence of its comparison, word for word, and every primary comparison makes one", () => {
    const sentences = new Set(analysis.comparisons.map(({ sentence }) => sentence));
    const claims = texts("[data-claim]");
    expect(claims.every((claim) => sentences.has(claim))).toBe(true);
    for (const { sentence } of primary) expect(claims).toContain(sentence);
  });

  it("links to the row it rests on, which names its scenario, treatment and verdict", () => {
    const links = [...document.querySelectorAll("[data-claim]")];
    for (const link of links) {
      const row = document.getElementById(link.getAttribute("href")!.slice(1));
      const made = analysis.comparisons.find(({ sentence }) => sentence === link.textContent)!;
      expect(row?.textContent).toContain(made.scenario);
      expect(row?.textContent).toContain(made.treatment);
      expect(row?.textContent).toContain(made.verdict ?? "no verdict");
    }
  });

  it("stands in the Markdown with the same words", () => {
    const markdown = rendered.get("markdown")!.replace(/\\(.)/g, "$1");
    for (const { sentence } of primary) expect(markdown).toContain(sentence);
  });
});

describe("a figure", () => {
  it("is the value that analysis.json, the plan or the manifest holds at its place, rounded", () => {
    const figures = [...document.querySelectorAll("data")];
    expect(figures.length).toBeGreaterThan(1000);
    for (const figure of figures) {
      const at = figure.getAttribute("data-at")!;
      const value = valueAt(files, at);
      expect(Number(figure.getAttribute("value")), at).toBe(value);
      expect(
        isRounded(figure.textContent!, value as number),
        `${figure.textContent} for ${value} at ${at}`,
      ).toBe(true);
    }
  });

  it("that is not estimable prints no number but says so, mostly with the reason", () => {
    const absent = [...document.querySelectorAll(".absent")];
    expect(absent.length).toBeGreaterThan(20);
    for (const figure of absent) {
      expect(valueAt(files, figure.getAttribute("data-at")!)).toBeNull();
      expect(figure.textContent).toMatch(/^(not estimable|–$)/);
    }
    expect(texts(".absent")).toContain("not estimable (664 requests needed)");
  });
});

describe("the page", () => {
  it("fetches nothing and runs nothing", () => {
    expect(
      document.querySelectorAll("script, iframe, object, embed, img, video, audio, base, form"),
    ).toHaveLength(0);
    const references = [...document.querySelectorAll("[src], [href], [srcset], [xlink\\:href]")].flatMap(
      (node) =>
        ["src", "href", "srcset", "xlink:href"]
          .map((name) => node.getAttribute(name))
          .filter((value) => value !== null),
    );
    expect(references.filter((reference) => !/^(#|data:,$)/.test(reference))).toEqual([]);
    expect(html).not.toMatch(/@import|url\((?!["']?#)/);
    expect(
      html.match(/https?:\/\/[^"' )<]+/g)?.filter((url) => !url.startsWith("http://www.w3.org/")) ?? [],
    ).toEqual([]);
  });

  it("has every anchor that it links to, once", () => {
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...document.querySelectorAll("a[href]")].map((link) =>
      link.getAttribute("href")!.slice(1),
    );
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it("says on the first screen whether the run is valid and what is synthetic", () => {
    expect(texts(".standing").join()).toContain("valid in part");
    expect(texts(".standing").join()).toContain(analysis.synthetic[0]);
    expect(texts(".counts div")).toContain("failed1");
  });

  it("gives every chart a title, words for those who do not see it, and its numbers as a table", () => {
    const figures = [...document.querySelectorAll("figure")];
    expect(figures.length).toBeGreaterThan(8);
    for (const figure of figures) {
      expect(figure.querySelector("figcaption")?.textContent).not.toBe("");
      expect(figure.querySelector("[role=img]")?.getAttribute("aria-label")).not.toBe("");
      expect(figure.querySelectorAll("table tbody tr").length).toBeGreaterThan(0);
      expect(figure.querySelectorAll("[role=img] svg").length).toBeGreaterThan(1);
    }
  });

  it("escapes whatever a results folder may contain", () => {
    const hostile = '<script>alert("x")</script>&amp;\'"`|*_[a](javascript:b)<!-- ';
    const everywhere = replaceStrings(analysisFixture(), hostile);
    const said = reportModel(
      sourceOf(
        everywhere,
        { ...plan, run: hostile },
        { ...manifest, notes: [hostile], testbedVersion: hostile },
      ),
    );
    const attacked = page(reports.html.render(said));
    expect(attacked.querySelectorAll("script")).toHaveLength(0);
    expect(attacked.querySelector("h1")?.textContent).toBe(hostile);
    expect(attacked.querySelectorAll("[data-claim]")[0]?.textContent).toBe(hostile);
    const proseOnly = reports.markdown
      .render(said)
      .replace(/^```sh$[\s\S]*?^```$/gm, "")
      .replace(/\\./g, "");
    expect(proseOnly).not.toMatch(/<script|\]\(javascript|<!--/);
  });
});

/** Every string that is free text replaced; names that the plan fixes are kept. */
function replaceStrings(value: Analysis, hostile: string): Analysis {
  const free = new Set([
    "message",
    "advice",
    "sentence",
    "error",
    "why",
    "note",
    "description",
    "study",
    "cutBy",
    "code",
  ]);
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    typeof inner === "string" && free.has(key) ? hostile : inner,
  ) as Analysis;
}
