import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applicableReports, reports, writeReports } from "../../../analysis/reports/index.ts";
import { reportModel } from "../../../analysis/reports/model.ts";
import { sourceOf } from "../../../analysis/reports/source.ts";
import { type Analysis, analysisFile } from "../../../analysis/result.ts";
import { TestbedError } from "../../../errors.ts";
import { type StudySpec, studySpec } from "../../../workloads/spec.ts";
import { studies } from "../../../workloads/studies/index.ts";
import { analysisFixture, manifest, plan } from "./fixture/index.ts";
import { isRounded, valueAt } from "./pointer.ts";

const analysis = analysisFixture();
const model = reportModel(sourceOf(analysis, plan, manifest));
const files = { "analysis.json": analysis, "plan.json": plan, "manifest.json": manifest };

const page = (html: string) => new JSDOM(html).window.document;
/** By name; each is rendered once, since that is most of these tests' time. */
const rendered = new Map(Object.values(reports).map((report) => [report.name, report.render(model)]));
const html = rendered.get("html")!;
const document = page(html);
const texts = (selector: string) =>
  [...document.querySelectorAll(selector)].map((node) => node.textContent ?? "");

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

describe("a study of the paper's scenarios", () => {
  const renamed = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll("steady", "paper-s1"));
  const shown = page(
    reports.html.render(reportModel(sourceOf(renamed(analysis), renamed(plan), renamed(manifest)))),
  );
  const rows = [...shown.querySelectorAll("#paper tbody tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );

  it("sets the reported figures beside ours, ratio by ratio, and says what differs by design", () => {
    expect(rows.map((row) => row.slice(0, 5))).toEqual([
      ["S1", "2700 → 27", "0.0100", "open", "onnx-int8"],
      ["S1", "2700 → 27", "0.0100", "open", "optimized"],
      ["S1", "0.2 → 0.5", "2.50", "open", "onnx-int8"],
      ["S1", "0.2 → 0.5", "2.50", "open", "optimized"],
    ]);
    expect(rows[0]![7]).toMatch(/^0\.\d+ \[/);
    expect(shown.querySelectorAll("#paper li").length).toBeGreaterThan(4);
  });

  it("is the only one that has them", () => {
    expect(document.querySelector("#paper")).toBeNull();
  });
});

describe("a run of which nothing was finished", () => {
  const { metrics: _, ...cell } = analysis.cells[0]!;
  const nothing: Analysis = {
    ...analysis,
    counts: {
      planned: plan.trials.length,
      finished: 0,
      failed: 0,
      absent: plan.trials.length,
      valid: 0,
      invalid: 0,
      saturated: 0,
    },
    comparisons: [],
    models: [],
    scaling: [],
    variance: [],
    trials: analysis.trials.map((trial) => ({
      ...trial,
      status: "missing",
      error: "not run",
      valid: false,
      saturated: false,
      findings: [],
      gates: [],
      metrics: {},
      servers: [],
      window: null,
    })),
    cells: [
      {
        ...cell,
        metrics: {},
        curve: [],
        series: [],
        pooled: 0,
        trials: { planned: 8, valid: 0, invalid: 0, saturated: 0, absent: 8 },
      },
    ],
  };

  it("has a report that says so and claims nothing", () => {
    const empty = reportModel(sourceOf(nothing, plan, manifest));
    const shown = page(reports.html.render(empty));
    expect(shown.querySelector(".eyebrow")?.textContent).toContain("not valid");
    expect(shown.querySelectorAll("[data-claim]")).toHaveLength(0);
    expect(reports.markdown.render(empty)).toContain("nothing here is a result");
    expect(reports.markdown.render(empty)).not.toMatch(/No variant was overloaded|was ahead|no queue/);
  });
});

describe("the Markdown", () => {
  it("is the document that was reviewed", async () => {
    await expect(rendered.get("markdown")!).toMatchFileSnapshot("./report.golden.md");
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

describe("writing reports", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "reports-"));
    await writeFile(join(directory, "plan.json"), JSON.stringify(plan));
    await writeFile(join(directory, "manifest.json"), JSON.stringify(manifest));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("leaves one whole file for each that has something to say, and returns its absolute path", async () => {
    const paths = await writeReports(directory, analysis);
    const said = applicableReports(model);
    expect(Object.keys(paths)).toEqual(Object.keys(reports).filter((name) => name !== "injections"));
    for (const [name, report] of said) {
      expect(paths[name]).toBe(join(directory, report.file));
      expect(await readFile(paths[name]!, "utf8")).toBe(rendered.get(name));
    }
    expect(await readdir(directory)).toHaveLength(2 + said.length);
  });

  it("refuses a manifest of another run, names it, and writes nothing", async () => {
    const other = { ...manifest, planDigest: `sha256:${"0".repeat(64)}` };
    await writeFile(join(directory, "manifest.json"), JSON.stringify(other));
    await expectRefusal("manifest.json");
  });

  it("refuses a truncated manifest and writes nothing", async () => {
    await writeFile(join(directory, "manifest.json"), JSON.stringify(manifest).slice(0, 200));
    await expectRefusal("manifest.json");
  });

  it("leaves the old files alone where the analysis is not one", async () => {
    await writeFile(join(directory, "report.html"), "old");
    await expect(writeReports(directory, { ...analysis, trials: [] })).rejects.toThrow(TestbedError);
    expect(await readFile(join(directory, "report.html"), "utf8")).toBe("old");
    expect(await readdir(directory)).toHaveLength(3);
  });

  it("leaves no draft behind where a file cannot be replaced", async () => {
    await mkdir(join(directory, "report.html"));
    await writeFile(join(directory, "report.html", "occupied"), "");
    await expect(writeReports(directory, analysis)).rejects.toThrow();
    expect((await readdir(directory)).filter((name) => name.endsWith(".draft"))).toEqual([]);
  });

  async function expectRefusal(file: string) {
    const error = await writeReports(directory, analysis).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TestbedError);
    const { message, problems } = error as TestbedError;
    expect([message, ...problems.map(({ path }) => path)].join()).toContain(file);
    expect(await readdir(directory)).toHaveLength(2);
  }
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

describe("how to reproduce", () => {
  const line = (study: StudySpec) => {
    const text = reports.markdown.render(reportModel(sourceOf(analysis, { ...plan, study }, manifest)));
    return /npm start -- (.*)/.exec(text)![1];
  };
  const shipped = studySpec.parse({ ...studies.quick, blocks: 9, seed: 3 });

  it("names a study that the testbed ships, with what was set of it", () => {
    expect(line(shipped)).toBe("quick --target process --model roberta-base --blocks 9 --seed 3");
  });

  it("is by the plan where anything else was set, or the study was a file", () => {
    const byPlan = `results/quick/${plan.run}/plan.json`;
    expect(line({ ...shipped, equivalence: 0.1 })).toBe(byPlan);
    expect(line({ ...shipped, warmupSeconds: 2 })).toBe(byPlan);
    expect(line({ ...shipped, name: "mine" })).toBe(byPlan.replace("quick", "mine"));
  });
});

describe("scaling", () => {
  it("is headed by the size that did most, and says what the largest did where that was less", () => {
    const [first, ...rest] = analysis.scaling;
    const slowest = first!.points.at(-1)!;
    const points = [
      ...first!.points.slice(0, -1),
      { ...slowest, speedup: { ...slowest.speedup!, value: 1.43 } },
    ];
    const peaked = { ...analysis, scaling: [{ ...first!, points }, ...rest] };
    const text = reports.markdown.render(reportModel(sourceOf(peaked, plan, manifest)));
    expect(text).toContain(
      "2 workers do 1.80 times what 1 does under intense; without loss it would be 2.00. 4 workers do only 1.43 times.",
    );
  });
});
