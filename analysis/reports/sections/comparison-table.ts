/** The rows that claims link to. */
import type { Comparison } from "../../schema/comparison.ts";
import { armLabel } from "../parts/arm.ts";
import { citeInterval, orDash } from "../parts/cite.ts";
import { comparisonAnchor, comparisonLink, findingWords, verdictBadge } from "../parts/claim.ts";
import {
  type Block,
  type Column,
  type Inline,
  numberColumn,
  type Row,
  type Table,
  textColumn,
} from "../parts/document.ts";
import { formatFor, formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";

/** A comparison and its position in analysis.json. */
export interface Placed {
  readonly comparison: Comparison;
  readonly index: number;
}

export function placed({ analysis }: Source): Placed[] {
  return analysis.comparisons.map((comparison, index) => ({ comparison, index }));
}

export function rowLabel({ treatment, role }: Comparison): string {
  return armLabel(treatment, role === "aa" ? "aa" : "main");
}

const columns: readonly Column[] = [
  textColumn("Scenario"),
  textColumn("Treatment"),
  textColumn("Metric"),
  textColumn("Verdict"),
  numberColumn("Ratio [interval]"),
  numberColumn("Shift [interval]"),
  numberColumn("p, Holm"),
  numberColumn("p, exact"),
  numberColumn("Blocks"),
  numberColumn("P(better)"),
  numberColumn("Level"),
  numberColumn("Ratio, t interval"),
  textColumn("Note"),
];

export function comparisonTable(source: Source, shown: readonly Placed[], caption: string): Table {
  return { kind: "table", caption, columns, rows: shown.map((row) => comparisonRow(source, row)) };
}

function comparisonRow(source: Source, { comparison, index }: Placed): Row {
  const { cite } = source;
  const at = (...rest: (string | number)[]) => ["comparisons", index, ...rest];
  const { ratio, ratioT, role } = comparison;
  return {
    id: comparisonAnchor(comparison.id),
    cells: [
      comparison.scenario,
      rowLabel(comparison),
      comparison.metric,
      verdictBadge(comparison),
      citeRatio(source, { comparison, index }),
      citeShift(source, { comparison, index }),
      role === "primary" ? orDash(cite.analysis(at("pHolm"), formats.probability)) : "–",
      orDash(cite.analysis(at("p"), formats.probability)),
      cite.analysis(at("n"), formats.count),
      orDash(cite.analysis(at("superiority"), formats.share)),
      ratio === null ? "–" : cite.analysis(at("ratio", "level"), formats.level),
      ratioT === null
        ? orDash(cite.analysis(at("ratioT"), formats.ratio))
        : citeInterval(cite.analysis, at("ratioT"), ratioT, formats.ratio),
      notes(comparison).length === 0 ? "" : { kind: "link", text: "note", to: noteAnchor(comparison) },
    ],
  };
}

/** `0.21 [0.18, 0.25]`; where one pair is all there is, its ratio. */
export function citeRatio({ cite }: Source, { comparison, index }: Placed): Inline[] {
  if (isOnePair(comparison)) {
    return [
      cite.analysis(["comparisons", index, "pairs", 0, "ratio"], formats.ratio),
      " (one pair, no interval)",
    ];
  }
  const why = whyNoRatio(comparison);
  return citeInterval(cite.analysis, ["comparisons", index, "ratio"], comparison.ratio, formats.ratio, why);
}

/** The ratio of one pair is all that is known of it. */
export function isOnePair(comparison: Comparison): boolean {
  return comparison.pairs.length === 1 && isShort(comparison);
}

/** Pairs are all that it lacks: each of them is what was seen. */
export function isShort({ ratio, pairs, findings }: Comparison): boolean {
  if (ratio !== null || findings.some(({ code }) => code === "overloaded")) return false;
  return pairs.length > 0 && pairs.every((pair) => pair.ratio !== null && pair.ratio > 0);
}

/** The difference with its interval and unit; a dash where there is none. */
export function citeShift({ cite }: Source, { comparison: { shift, unit }, index }: Placed): Inline[] {
  const place = ["comparisons", index, "shift"];
  const format = unit === "share" ? formats.points : formatFor(unit);
  if (shift === null) return [orDash(cite.analysis(place, format))];
  return [...citeInterval(cite.analysis, place, shift, format), unit === "share" ? "" : ` ${unit}`];
}

/** In a few words; empty where there is one. */
export function whyNoRatio({ ratio, n, findings }: Comparison): string {
  if (ratio !== null) return "";
  if (n === 0) return "no pairs";
  if (findings.some(({ code }) => code === "overloaded")) return "overload";
  if (findings.some(({ code }) => code === "zero-value")) return "a value is 0";
  return `too few pairs: ${n}`;
}

/** Why a row has no ratio, and what qualifies those that have one. */
export function noteList(shown: readonly Placed[], summary?: string): Block[] {
  const items = shown
    .filter(({ comparison }) => notes(comparison).length > 0)
    .map(({ comparison }) => ({
      id: noteAnchor(comparison),
      text: [comparisonLink(comparison, comparison.id), ": ", ...notes(comparison)],
    }));
  return items.length === 0 ? [] : [{ kind: "list", items, ...(summary === undefined ? {} : { summary }) }];
}

function notes({ ratio, sentence, findings, role }: Comparison): Inline[] {
  // The sentences of the primary rows are on the first screen.
  const reason: Inline[][] = ratio === null && role === "secondary" ? [[sentence]] : [];
  return [...reason, ...findings.map(findingWords)].flatMap((part, index) =>
    index === 0 ? part : [" · ", ...part],
  );
}

function noteAnchor({ id }: Comparison): string {
  return `note-${comparisonAnchor(id)}`;
}

/** What requests taken as independent would claim: shown because it is often published, never used. */
export function naiveTable(source: Source): Block[] {
  const shown = placed(source).filter(({ comparison }) => comparison.naive !== null);
  if (shown.length === 0) return [];
  const { cite } = source;
  return [
    {
      kind: "table",
      summary: "What the naive test would say (descriptive, never used)",
      caption:
        "Pooled request-level tests take correlated requests for independent ones: their p is far too small, as the A/A rows show",
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
          orDash(cite.analysis(["comparisons", index, "p"], formats.probability)),
        ],
      })),
    },
  ];
}
