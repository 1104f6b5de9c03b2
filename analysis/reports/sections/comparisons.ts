import type { Comparison } from "../../result.ts";
import { armLabel } from "../arm.ts";
import { type IntervalGroup, intervalChart } from "../charts/intervals.ts";
import { citeInterval, orDash } from "../cite.ts";
import { comparisonAnchor, comparisonLink, verdictBadge } from "../claim.ts";
import {
  type Block,
  type Chart,
  type Column,
  numberColumn,
  type Row,
  type Style,
  type Swatch,
  type Table,
  textColumn,
} from "../document.ts";
import { metricWords } from "../metric.ts";
import { formatFor, formats } from "../numbers.ts";
import type { Source } from "../source.ts";
import type { Section } from "./section.ts";

export const comparisons: Section = {
  title: "Ratios to the baseline",
  build(source) {
    const { plan } = source;
    const ofRole = (role: Comparison["role"]) =>
      rows(source).filter(({ comparison }) => comparison.role === role);
    const control = ofRole("aa");
    const primary = [
      ...ofRole("primary"),
      ...control.filter(({ comparison }) => comparison.metric === plan.study.primary),
    ];
    const secondary = [
      ...ofRole("secondary"),
      ...control.filter(({ comparison }) => comparison.metric !== plan.study.primary),
    ];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "A ratio is treatment over baseline, paired within blocks: the Hodges-Lehmann estimate of the log ratios with its " +
          "Walsh-average interval. p is the exact two-sided sign-flip permutation; Holm is over the primary rows alone. " +
          "An A/A row compares the baseline with itself and should hold 1.",
      },
      forest(source, primary),
      ...noteList(primary),
      ...(secondary.length === 0
        ? []
        : [secondaryTable(source, secondary), ...noteList(secondary, "Notes to the secondary comparisons")]),
      ...naive(source),
    ];
  },
};

interface IndexedComparison {
  readonly comparison: Comparison;
  /** Its position in analysis.json. */
  readonly index: number;
}

function rows({ analysis }: Source): IndexedComparison[] {
  return analysis.comparisons.map((comparison, index) => ({ comparison, index }));
}

function forest(source: Source, shown: readonly IndexedComparison[]): Chart {
  const { plan } = source;
  const { equivalence } = plan.study;
  const verdicts = shown
    .filter(({ comparison }) => comparison.role === "primary")
    .map(({ comparison }) => comparison.verdict);
  const groups = plan.study.scenarios.map(
    ({ name }): IntervalGroup => ({
      title: name,
      rows: shown
        .filter(({ comparison }) => comparison.scenario === name)
        .map(({ comparison, index }) => ({
          label: rowLabel(comparison),
          marks: comparison.ratio === null ? [] : [{ ...comparison.ratio, style: verdictStyle(comparison) }],
          note:
            comparison.ratio === null
              ? "no ratio: see the table"
              : citeInterval(
                  source.cite.analysis,
                  ["comparisons", index, "ratio"],
                  comparison.ratio,
                  formats.ratio,
                )
                  .map((part) => (typeof part === "string" ? part : part.text))
                  .join(""),
        })),
    }),
  );
  return intervalChart({
    title: `Of ${verdicts.length} primary comparisons, ${tally(verdicts)}.`,
    description:
      "Ratio to the baseline with its interval for each treatment under each scenario, on a log scale, " +
      "with the band of equivalence and the A/A control.",
    groups: groups.filter((group) => group.rows.length > 0),
    axis: { label: `${metricWords(plan.study.primary)}, ratio to the baseline (log scale)`, log: true },
    band: { from: 1 - equivalence, to: 1 + equivalence },
    reference: 1,
    legend: forestLegend(shown.map(({ comparison }) => comparison)),
    data: comparisonTable(source, shown, "Primary comparisons and the A/A control"),
  });
}

function secondaryTable(source: Source, shown: readonly IndexedComparison[]): Table {
  return {
    ...comparisonTable(source, shown, "Secondary comparisons: descriptive, outside the Holm family"),
    summary: `Secondary comparisons (${shown.length} rows): other metrics, descriptive`,
  };
}

const columns: readonly Column[] = [
  textColumn("Scenario"),
  textColumn("Treatment"),
  textColumn("Metric"),
  textColumn("Verdict"),
  numberColumn("Ratio [interval]"),
  numberColumn("Level"),
  numberColumn("Ratio, t interval"),
  numberColumn("Shift [interval]"),
  numberColumn("P(better)"),
  numberColumn("p, exact"),
  numberColumn("p, Holm"),
  numberColumn("Blocks"),
  textColumn("Note"),
];

function comparisonTable(source: Source, shown: readonly IndexedComparison[], caption: string): Table {
  return { kind: "table", caption, columns, rows: shown.map((row) => comparisonRow(source, row)) };
}

function comparisonRow({ cite }: Source, { comparison, index }: IndexedComparison): Row {
  const at = (...rest: (string | number)[]) => ["comparisons", index, ...rest];
  const { ratio, ratioT, shift, unit } = comparison;
  return {
    id: comparisonAnchor(comparison.id),
    cells: [
      comparison.scenario,
      rowLabel(comparison),
      comparison.metric,
      verdictBadge(comparison.verdict),
      citeInterval(cite.analysis, at("ratio"), ratio, formats.ratio),
      ratio === null ? "" : cite.analysis(at("ratio", "level"), formats.level),
      ratioT === null
        ? orDash(cite.analysis(at("ratioT"), formats.ratio))
        : citeInterval(cite.analysis, at("ratioT"), ratioT, formats.ratio),
      shift === null
        ? orDash(cite.analysis(at("shift"), formats.magnitude))
        : [...citeInterval(cite.analysis, at("shift"), shift, formatFor(unit)), ` ${unit}`],
      orDash(cite.analysis(at("superiority"), formats.share)),
      orDash(cite.analysis(at("p"), formats.probability)),
      comparison.role === "primary" ? orDash(cite.analysis(at("pHolm"), formats.probability)) : "–",
      cite.analysis(at("n"), formats.count),
      notes(comparison).length === 0 ? "" : { kind: "link", text: "note", to: noteAnchor(comparison) },
    ],
  };
}

/** Why a row has no ratio, and what qualifies those that have one. */
function noteList(shown: readonly IndexedComparison[], summary?: string): Block[] {
  const items = shown
    .filter(({ comparison }) => notes(comparison).length > 0)
    .map(({ comparison }) => ({
      id: noteAnchor(comparison),
      text: [comparisonLink(comparison, comparison.id), `: ${notes(comparison).join(" ")}`],
    }));
  return items.length === 0 ? [] : [{ kind: "list", items, ...(summary === undefined ? {} : { summary }) }];
}

function notes({ ratio, sentence, findings }: Comparison): string[] {
  return [
    ...(ratio === null ? [sentence] : []),
    ...findings.map(({ message, advice }) => `${message} ${advice}`.trim()),
  ];
}

function noteAnchor({ id }: Comparison): string {
  return `note-${comparisonAnchor(id)}`;
}

function rowLabel({ treatment, role }: Comparison): string {
  return armLabel(treatment, role === "aa" ? "aa" : "main");
}

/** What requests taken as independent would claim: shown because it is often published, never used. */
function naive(source: Source): Block[] {
  const shown = rows(source).filter(({ comparison }) => comparison.naive !== null);
  if (shown.length === 0) return [];
  const { cite } = source;
  return [
    {
      kind: "table",
      summary: "What the naive test would say (descriptive, never used)",
      caption:
        "Pooled request-level tests take correlated requests for independent ones, so their p is far too small; watch the A/A rows",
      columns: [
        textColumn("Scenario"),
        textColumn("Treatment"),
        textColumn("Metric"),
        numberColumn("Mann-Whitney p"),
        numberColumn("Kolmogorov-Smirnov p"),
        numberColumn("Requests"),
        numberColumn("p, exact, over blocks"),
      ],
      rows: shown.map(({ comparison, index }) => ({
        cells: [
          comparison.scenario,
          rowLabel(comparison),
          comparison.metric,
          cite.analysis(["comparisons", index, "naive", "mannWhitneyP"], formats.probability),
          cite.analysis(["comparisons", index, "naive", "ksP"], formats.probability),
          cite.analysis(["comparisons", index, "naive", "requests"], formats.count),
          cite.analysis(["comparisons", index, "p"], formats.probability),
        ],
      })),
    },
  ];
}

function tally(verdicts: readonly Comparison["verdict"][]): string {
  const counts = new Map<string, number>();
  for (const verdict of verdicts) {
    const word = verdict ?? "without a verdict";
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return (
    [...counts].map(([word, count]) => `${count} ${count === 1 ? "is" : "are"} ${word}`).join(", ") ||
    "none was made"
  );
}

const verdictStyles = {
  faster: mark("var(--good)", "circle", false),
  slower: mark("var(--bad)", "square", false),
  equivalent: mark("var(--same)", "diamond", false),
  inconclusive: mark("var(--open)", "circle", true),
  control: mark("var(--arm-0)", "triangle", true),
} as const;

function verdictStyle({ verdict, role }: Comparison): Style {
  return role === "aa" || verdict === null ? verdictStyles.control : verdictStyles[verdict];
}

function forestLegend(shown: readonly Comparison[]): Swatch[] {
  const used = new Set(shown.filter(({ ratio }) => ratio !== null).map(verdictStyle));
  return Object.entries(verdictStyles)
    .filter(([, style]) => used.has(style))
    .map(([name, style]) => ({ label: name === "control" ? "A/A control" : name, style }));
}

function mark(colour: string, symbol: Style["symbol"], hollow: boolean): Style {
  return { colour, symbol, hollow, dash: "", line: false };
}
