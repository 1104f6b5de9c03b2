import { paperFigures, type ReportedScenario } from "../../paper-figures.ts";
import { citeInterval } from "../cite.ts";
import { type Block, type Inline, numberColumn, type Row, type Text, textColumn } from "../document.ts";
import { formatFor, formats } from "../numbers.ts";
import type { Source } from "../source.ts";
import type { Section } from "./section.ts";

const { scenarios, throughput, citation, provenance, byDesign } = paperFigures;

/** Reported figures beside ours, ratio by ratio; only where a study runs the paper's own scenarios. */
export const paper: Section = {
  title: "Beside the paper",
  build(source) {
    const rows = scenarios.flatMap((reported) => scenarioRows(source, reported));
    if (rows.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          `${citation}: ${provenance}. Reported numbers have no interval. A ratio is optimised over baseline; ours are by ` +
          "block, with the interval where there are blocks enough for one.",
      },
      {
        kind: "table",
        caption: "Reported by the paper, and measured here under the same laws",
        columns: [
          textColumn("Scenario"),
          textColumn("Metric"),
          numberColumn("Reported: baseline"),
          numberColumn("Reported: optimised"),
          numberColumn("Reported: ratio"),
          textColumn("Here: loop"),
          textColumn("Here: variant"),
          numberColumn("Here: baseline"),
          numberColumn("Here: variant's"),
          numberColumn("Here: ratio [interval]"),
        ],
        rows,
      },
      { kind: "heading", id: "paper-by-design", text: "What differs by design" },
      { kind: "list", items: byDesign.map((text) => ({ text })) },
    ] satisfies Block[];
  },
};

function scenarioRows(source: Source, reported: ReportedScenario): Row[] {
  const { scenario, label, p50 } = reported;
  return (["closed", "open"] as const).flatMap((loop) =>
    (["p50", "throughput"] as const).flatMap((metric) => {
      const figures = metric === "p50" ? p50 : throughput;
      const name = loop === "closed" ? `${scenario}-closed` : scenario;
      return source.analysis.comparisons.flatMap((comparison, index): Row[] => {
        if (comparison.scenario !== name || comparison.metric !== metric || comparison.role === "aa")
          return [];
        return [
          {
            cells: [
              label,
              metric === "p50" ? "median response, ms" : "throughput, 1/s",
              formats.limit(figures.baseline),
              formats.limit(figures.optimised),
              formats.ratio(figures.optimised / figures.baseline),
              loop,
              comparison.treatment,
              ...measured(source, index),
            ],
          },
        ];
      });
    }),
  );
}

/** Both sides and their ratio: of the cells where they have an estimate, else of the one block there is. */
function measured({ analysis, cite }: Source, index: number): [Text, Text, Text] {
  const { scenario, metric, unit, baseline, treatment, pairs, ratio, findings } =
    analysis.comparisons[index]!;
  const side = (variant: string, key: "baseline" | "treatment"): Text => {
    const at = analysis.cells.findIndex(
      (cell) => cell.scenario === scenario && cell.variant === variant && cell.arm === "main",
    );
    const found = analysis.cells[at]?.metrics[metric];
    if (found?.estimate !== undefined && found.estimate !== null) {
      const place = ["cells", at, "metrics", metric, "estimate"];
      return citeInterval(cite.analysis, place, found.estimate, formatFor(unit));
    }
    if (pairs.length !== 1) return found?.why ?? "not measured";
    return [...oneBlock(cite.analysis(["comparisons", index, "pairs", 0, key], formatFor(unit)))];
  };
  const overloaded = findings.some(({ code }) => code === "overloaded");
  const ratioText = (): Text => {
    if (ratio !== null)
      return citeInterval(cite.analysis, ["comparisons", index, "ratio"], ratio, formats.ratio);
    if (overloaded) return "none: one side is overloaded";
    if (pairs.length !== 1) return `none from ${pairs.length} blocks`;
    return [...oneBlock(cite.analysis(["comparisons", index, "pairs", 0, "ratio"], formats.ratio))];
  };
  return [side(baseline, "baseline"), side(treatment, "treatment"), ratioText()];
}

function oneBlock(figure: Inline): Inline[] {
  return [figure, " (1 block: no interval)"];
}
