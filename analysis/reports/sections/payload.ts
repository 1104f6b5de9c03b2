import { drawLengths } from "../charts/lengths.ts";
import { type Block, type Inline, numberColumn, type Style } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { shareText } from "./latency.ts";
import type { Section } from "./section.ts";

const units = ["characters", "tokens"] as const;
type Unit = (typeof units)[number];

const styles: Readonly<Record<Unit, Style>> = {
  characters: { colour: "var(--arm-0)", dash: "", symbol: "circle", hollow: false, line: true },
  tokens: { colour: "var(--arm-1)", dash: "7 3", symbol: "square", hollow: false, line: true },
};

export const payload: Section = {
  title: "Payload",
  build(source) {
    const blocks = source.manifest.payload.flatMap((_, index) => chart(source, index));
    if (blocks.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Each request carries one text, drawn evenly from its set by a seed that all variants of a block share. A longer " +
          "text takes a model longer, and in a batch the longest sets the pace.",
      },
      ...blocks,
    ];
  },
};

function chart({ manifest, cite }: Source, index: number): Block[] {
  const set = manifest.payload[index]!;
  const known = units.filter((unit) => set[unit] !== null);
  const first = known[0];
  if (first === undefined) return [];
  const points = set[first]!.quantiles;
  const figure = (unit: Unit, p: number): Inline => {
    const at = set[unit]!.quantiles.findIndex((quantile) => quantile.p === p);
    return cite.manifest(["payload", index, unit, "quantiles", at, "length"], formats.limit);
  };
  const spans = known.flatMap((unit, position): Inline[] => [
    position === 0 ? "" : "; in ",
    `${unit}: half have at most `,
    figure(unit, 0.5),
    ", one in a hundred more than ",
    figure(unit, 0.99),
  ]);
  return [
    {
      kind: "chart",
      title: [`Length of the texts of ${set.name} in `, ...spans, "."],
      description: `Share of the texts of ${set.name} that are no longer than a number of ${known.join(" or ")}.`,
      legend: known.map((unit) => ({ label: unit, style: styles[unit] })),
      draw: (width) =>
        drawLengths(
          {
            label: `${known.join(" or ")} in a text (log scale)`,
            lines: known.map((unit) => ({ style: styles[unit], points: set[unit]!.quantiles })),
          },
          width,
        ),
      data: {
        kind: "table",
        caption: `Length of the texts of ${set.name}, by share of texts that are no longer`,
        columns: [numberColumn("Share"), ...known.map((unit) => numberColumn(unit))],
        rows: [
          ...points.map(({ p }, row) => ({
            cells: [
              shareText(p),
              ...known.map((unit) =>
                cite.manifest(["payload", index, unit, "quantiles", row, "length"], formats.limit),
              ),
            ],
          })),
          {
            cells: [
              "mean",
              ...known.map((unit) => cite.manifest(["payload", index, unit, "mean"], formats.limit)),
            ],
          },
        ],
      },
    },
  ];
}
