import { citeInterval } from "../parts/cite.ts";
import { type Block, type Inline, numberColumn, type Row, type Text, textColumn } from "../parts/document.ts";
import { formatFor, formats } from "../parts/numbers.ts";
import { paperFigures, type ReportedScenario } from "../parts/paper-figures.ts";
import type { Source } from "../parts/source.ts";
import type { Section } from "./section.ts";

const { scenarios, throughput, citation, provenance, byDesign } = paperFigures;

/**
 * The paper's reported figures next to measured ones, ratio by ratio; only where a study runs the paper's own
 * scenarios.
 */
export const paper: Section = {
  title: "Comparison with the paper",
  build(source) {
    if (source.manifest.service?.paper === false) return [];
    const tables = metrics.flatMap((metric) => table(source, metric));
    if (tables.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          `${citation}: ${provenance}. Reported numbers have no interval. A ratio is optimised over baseline; ours are by ` +
          "block, with an interval where there are enough blocks.",
      },
      ...tables,
      { kind: "heading", id: "paper-by-design", text: "What differs by design" },
      { kind: "list", items: byDesign.map((text) => ({ text })) },
    ] satisfies Block[];
  },
};

const metrics = ["p50", "throughput"] as const;
type Metric = (typeof metrics)[number];

const words: Readonly<Record<Metric, string>> = {
  p50: "Median response time, ms",
  throughput: "Throughput, requests per second",
};

function table(source: Source, metric: Metric): Block[] {
  const rows = scenarios.flatMap((reported) => scenarioRows(source, metric, reported));
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      caption: `${words[metric]}: reported by the paper, and measured here under the same laws`,
      columns: [
        textColumn("Scenario"),
        numberColumn("Paper"),
        numberColumn("Ratio"),
        textColumn("Here, loop"),
        textColumn("Variant"),
        numberColumn("Baseline"),
        numberColumn("Variant's"),
        numberColumn("Ratio [interval]"),
      ],
      rows,
    },
  ];
}

function scenarioRows(source: Source, metric: Metric, reported: ReportedScenario): Row[] {
  const { scenario, label, p50 } = reported;
  const { baseline, optimised } = metric === "p50" ? p50 : throughput;
  return (["closed", "open"] as const).flatMap((loop) => {
    const name = loop === "closed" ? `${scenario}-closed` : scenario;
    return source.analysis.comparisons.flatMap((comparison, index): Row[] => {
      if (comparison.scenario !== name || comparison.metric !== metric || comparison.role === "aa") return [];
      return [
        {
          cells: [
            label,
            `${formats.limit(baseline)} → ${formats.limit(optimised)}`,
            formats.ratio(optimised / baseline),
            loop,
            comparison.treatment,
            ...measured(source, index),
          ],
        },
      ];
    });
  });
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
