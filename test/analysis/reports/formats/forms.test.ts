import { describe, expect, it } from "vitest";
import { reports } from "../../../../analysis/reports/formats/index.ts";
import { sourceOf } from "../../../../analysis/reports/parts/source.ts";
import { reportModel } from "../../../../analysis/reports/sections/report-model.ts";
import { analysisFile } from "../../../../analysis/schema/analysis-result.ts";
import { analysisFixture, manifest, plan } from "../fixture/index.ts";
import { analysis, rendered, texts } from "../fixture/rendered.ts";

describe("every report", () => {
  it("is the same bytes for the same analysis", () => {
    const again = reportModel(sourceOf(analysisFixture(), plan, manifest));
    for (const report of Object.values(reports)) expect(report.render(again)).toBe(rendered.get(report.name));
  });

  it("has a file of its own", () => {
    const names = Object.values(reports).map(({ file }) => file);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(["report.html", "report.md", "measurements.csv", "analysis.json"]),
    );
    expect(Object.entries(reports).every(([key, { name }]) => key === name)).toBe(true);
  });
});

describe("the Markdown", () => {
  it("is the document that was reviewed", async () => {
    await expect(rendered.get("markdown")!).toMatchFileSnapshot("../report.golden.md");
  });

  it("has the sections of the page, in the same order", () => {
    const titles = [...rendered.get("markdown")!.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(texts("main > section > h2"));
  });
});

describe("the CSV", () => {
  it("holds every measurement of every trial at full precision", () => {
    const [head, ...rows] = rendered.get("csv")!.trimEnd().split("\r\n");
    expect(head).toBe("trial,block,scenario,variant,arm,status,valid,saturated,metric,value,unit,n,why");
    expect(rows).toHaveLength(
      analysis.trials.reduce((sum, { metrics }) => sum + Object.keys(metrics).length, 0),
    );
    const first = analysis.trials[0]!;
    const row = rows.find((line) => line.startsWith(`${first.id},`) && line.includes(",p50,"))!;
    expect(Number(row.split(",")[9])).toBe(first.metrics.p50!.value);
  });
});

describe("the JSON", () => {
  it("is the analysis, and fits its schema", () => {
    expect(analysisFile.parse(JSON.parse(rendered.get("json")!))).toEqual(analysis);
  });
});
