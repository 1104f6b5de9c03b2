import { primaryOf } from "../../compare/estimands.ts";
import type { Comparison } from "../../schema/comparison.ts";
import { type IntervalGroup, type IntervalMark, intervalChart } from "../charts/intervals.ts";
import { verdictBadge } from "../parts/claim.ts";
import { type Chart, plain, type Style, type Swatch } from "../parts/document.ts";
import { primaryWords } from "../parts/metric.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import {
  citeRatio,
  citeShift,
  comparisonTable,
  isOnePair,
  isShort,
  naiveTable,
  noteList,
  type Placed,
  placed,
  rowLabel,
  whyNoRatio,
} from "./comparison-table.ts";
import type { Section } from "./section.ts";

export const comparisons: Section = {
  title: "Ratios to the baseline",
  build(source) {
    const { study } = source.plan;
    const all = placed(source);
    const isMain = ({ comparison: { role, metric, scenario } }: Placed) =>
      role === "primary" || (role === "aa" && metric === primaryOf(study, scenario));
    const main = all.filter(isMain);
    const others = all.filter((row) => !isMain(row));
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "A ratio is treatment over baseline, paired within blocks: the Hodges-Lehmann estimate of the log ratios with its " +
          "Walsh-average interval. p is the exact two-sided sign-flip permutation; Holm is over the primary rows alone. " +
          "An A/A row compares the baseline with itself and should hold 1.",
      },
      forest(source, main),
      ...noteList(main),
      ...(others.length === 0
        ? []
        : [
            {
              ...comparisonTable(
                source,
                others,
                "Secondary comparisons: descriptive, outside the Holm family",
              ),
              summary: `Secondary comparisons: other metrics, descriptive (${others.length} rows)`,
            },
            ...noteList(others, "Notes to the secondary comparisons"),
          ]),
      ...naiveTable(source),
    ];
  },
};

function forest(source: Source, shown: readonly Placed[]): Chart {
  const { study } = source.plan;
  const most = 1 + study.equivalence;
  const groups = study.scenarios.map(
    ({ name }): IntervalGroup => ({
      title: name,
      rows: shown
        .filter(({ comparison }) => comparison.scenario === name)
        .map(({ comparison, index }) => ({
          label: rowLabel(comparison),
          marks: marksOf(comparison),
          note: rowNote(source, { comparison, index }),
        })),
    }),
  );
  return intervalChart({
    title: tally(shown.filter(({ comparison }) => comparison.role === "primary")),
    description:
      "Ratio to the baseline with its interval for each treatment under each scenario, on a log scale, " +
      "with the band of equivalence and the A/A control.",
    groups: groups.filter((group) => group.rows.length > 0),
    axis: { label: `${primaryWords(study)}, ratio to the baseline (log scale)`, log: true },
    band: { from: 1 / most, to: most },
    reference: 1,
    legend: legend(shown.map(({ comparison }) => comparison)),
    data: comparisonTable(source, shown, `Primary comparisons and the A/A control: ${primaryWords(study)}`),
  });
}

/** The estimate with its interval; where there are too few pairs for one, each pair. */
function marksOf(comparison: Comparison): IntervalMark[] {
  if (comparison.ratio !== null) return [{ ...comparison.ratio, style: markStyle(comparison) }];
  if (!isShort(comparison)) return [];
  return comparison.pairs.map(({ ratio }) => ({
    ...{ value: ratio!, low: ratio!, high: ratio! },
    style: markStyles.pair,
  }));
}

/**
 * The figures of a row of the picture. Without a ratio there is no mark to show the verdict, so that it is said, with the
 * difference if there is one, and why.
 */
function rowNote(source: Source, { comparison, index }: Placed): string {
  const { ratio, shift } = comparison;
  if (ratio !== null) return plain(citeRatio(source, { comparison, index }));
  const difference = shift === null ? "" : `, ${plain(citeShift(source, { comparison, index }))}`;
  const why = isOnePair(comparison)
    ? `one pair: ${formats.ratio(comparison.pairs[0]!.ratio!)}`
    : whyNoRatio(comparison);
  return `${verdictBadge(comparison).text}${difference} (${why})`;
}

function tally(primary: readonly Placed[]): string {
  const counts = new Map<string, number>();
  for (const { comparison } of primary) {
    const word = comparison.verdict ?? "without a verdict";
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = [...counts].map(([word, count]) => `${count} ${count === 1 ? "is" : "are"} ${word}`);
  if (parts.length === 0) return "No primary comparison was made.";
  if (parts.length === 1) {
    const [word] = counts.keys();
    return primary.length === 1
      ? `The primary comparison is ${word}.`
      : `All ${primary.length} primary comparisons are ${word}.`;
  }
  return `Of ${primary.length} primary comparisons, ${parts.join(", ")}.`;
}

const markStyles = {
  faster: mark("var(--good)", "circle", false),
  slower: mark("var(--bad)", "square", false),
  equivalent: mark("var(--same)", "diamond", false),
  inconclusive: mark("var(--open)", "circle", true),
  control: mark("var(--arm-0)", "triangle", true),
  pair: mark("var(--open)", "cross", false),
} as const;

/** Where the legend says it otherwise. */
const markLabels: Readonly<Record<string, string>> = {
  control: "A/A control",
  pair: "one pair, no interval",
};

function markStyle({ verdict, role }: Comparison): Style {
  return role === "aa" || verdict === null ? markStyles.control : markStyles[verdict];
}

function legend(shown: readonly Comparison[]): Swatch[] {
  const used = new Set(shown.flatMap((comparison) => marksOf(comparison).map(({ style }) => style)));
  return [
    ...Object.entries(markStyles)
      .filter(([, style]) => used.has(style))
      .map(([name, style]) => ({ label: markLabels[name] ?? name, style })),
    { label: "counts as equivalent", style: mark("var(--band)", "area", false) },
  ];
}

function mark(colour: string, symbol: Style["symbol"], hollow: boolean): Style {
  return { colour, symbol, hollow, dash: "", line: false };
}
