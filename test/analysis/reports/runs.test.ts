import { describe, expect, it } from "vitest";
import { reports } from "../../../analysis/reports/formats/index.ts";
import { sourceOf } from "../../../analysis/reports/parts/source.ts";
import { reportModel } from "../../../analysis/reports/sections/report-model.ts";
import type { Analysis } from "../../../analysis/schema/analysis-result.ts";
import { type StudySpec, studySpec } from "../../../workloads/spec/spec.ts";
import { studies } from "../../../workloads/studies/index.ts";
import { manifest, plan } from "./fixture/index.ts";
import { analysis, document, page } from "./fixture/rendered.ts";

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

describe("a comparison of which a value is 0", () => {
  it("has its verdict and difference in the picture, where the others have a mark and their ratio", () => {
    const index = analysis.comparisons.findIndex(({ role, ratio }) => role === "primary" && ratio !== null);
    const comparisons = analysis.comparisons.with(index, {
      ...analysis.comparisons[index]!,
      ratio: null,
      shift: { value: -21.3, low: -29.2, high: -9.5, level: 0.951, n: 10 },
      findings: [{ severity: "note", code: "zero-value", message: "a value is 0", advice: "" }],
    } as Analysis["comparisons"][number]);
    const shown = page(
      reports.html.render(reportModel(sourceOf({ ...analysis, comparisons }, plan, manifest))),
    );
    const notes = [...shown.querySelectorAll("figure svg text")].map(({ textContent }) => textContent);
    expect(notes).toContain(
      `${analysis.comparisons[index]!.verdict}, −21.3 [−29.2, −9.50] ms (a value is 0)`,
    );
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

  it("speaks of replicas where each holds one worker", () => {
    const [first, ...rest] = analysis.scaling;
    const points = first!.points.slice(0, 2).map((point) => ({ ...point, replicas: point.units }));
    const onPods = { ...analysis, scaling: [{ ...first!, points }, ...rest] };
    const text = reports.markdown.render(reportModel(sourceOf(onPods, plan, manifest)));
    expect(text).toContain(
      "2 replicas do 1.80 times what 1 does under intense; without loss it would be 2.00.",
    );
  });
});

describe("a service that declares how far its variants' answers may be", () => {
  const compared = [
    { by: "cosine" as const, observed: 0.99996, limit: 0.999, within: true, share: null, median: 1 },
  ];
  const quality = {
    optimized: { file: "answers/optimized.json", agreement: { requests: 50, compared, within: true } },
  };

  it("has a table of them, with the requests, the limit and no cosine rounded to 1", () => {
    const model = reportModel(sourceOf(analysis, plan, { ...manifest, quality }));
    const [row] = page(reports.html.render(model)).querySelectorAll("#answers tbody tr");
    expect([...row!.children].map((cell) => cell.textContent)).toEqual([
      ...["optimized", "least cosine of two vectors, at least", "0.99996", "0.999", "50", "within its limit"],
    ]);
    expect(document.querySelector("#answers")).toBeNull();
  });
});
