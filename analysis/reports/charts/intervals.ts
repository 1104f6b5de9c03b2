import * as Plot from "@observablehq/plot";
import type { Chart, Style, Swatch, Table, Text } from "../parts/document.ts";
import { drawn, linearTicks, logDomain, logTicks, narrowWidth, symbolOptions, tickText } from "./canvas.ts";

export interface IntervalMark {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly style: Style;
}

export interface IntervalGroup {
  readonly title: string;
  readonly rows: readonly {
    readonly label: string;
    readonly marks: readonly IntervalMark[];
    /** Printed at the row's end: the figures, or why there are none. */
    readonly note: string;
  }[];
}

export interface IntervalChart {
  readonly title: Text;
  readonly description: string;
  readonly groups: readonly IntervalGroup[];
  readonly axis: { readonly label: string; readonly log: boolean };
  /** Values that count as equal. */
  readonly band?: { readonly from: number; readonly to: number };
  readonly reference?: number;
  readonly legend: readonly Swatch[];
  readonly data: Table;
}

/** Points with their intervals, a row each, in groups: a forest plot. */
export function intervalChart(chart: IntervalChart): Chart {
  const { title, description, legend, data } = chart;
  return { kind: "chart", title, description, legend, data, draw: (width) => drawIntervals(chart, width) };
}

const rowHeight = 24;

function drawIntervals({ groups, axis, band, reference }: IntervalChart, width: number): string {
  const narrow = width < narrowWidth;
  const rows = groups.flatMap(({ title, rows }) => [
    { key: `group ${title}`, title, row: undefined },
    ...rows.map((row, index) => ({ key: `${title} ${index}`, title, row })),
  ]);
  const marks = rows.flatMap(({ key, row }) => (row?.marks ?? []).map((mark) => ({ key, ...mark })));
  const noted = rows.flatMap(({ key, row }) =>
    row === undefined ? [] : [{ key, note: row.note, empty: row.marks.length === 0 }],
  );
  const domain = domainOf(marks, axis.log, [band?.from, band?.to, reference]);
  const ticks = axis.log ? logTicks(domain, narrow ? 5 : 9) : linearTicks(domain, narrow ? 4 : 8);
  return drawn({
    width,
    height: rows.length * rowHeight + 52,
    marginLeft: narrow ? 112 : 150,
    marginRight: narrow ? 12 : 190,
    marginTop: 4,
    marginBottom: 44,
    x: { type: axis.log ? "log" : "linear", domain, label: null },
    y: { type: "band", domain: rows.map(({ key }) => key), axis: null },
    marks: [
      ...(band === undefined ? [] : [Plot.rect([band], { x1: "from", x2: "to", fill: "var(--band)" })]),
      Plot.gridX(ticks, { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisX(ticks, { text: tickText, label: axis.label, labelAnchor: "left", labelArrow: "none" }),
      ...(reference === undefined ? [] : [Plot.ruleX([reference], { stroke: "var(--ink)" })]),
      Plot.text(
        rows.filter(({ row }) => row === undefined),
        {
          y: "key",
          text: "title",
          frameAnchor: "left",
          dx: narrow ? -108 : -146,
          textAnchor: "start",
          fontWeight: 700,
        },
      ),
      Plot.text(
        rows.filter(({ row }) => row !== undefined),
        { y: "key", text: ({ row }) => row!.label, frameAnchor: "left", dx: -8, textAnchor: "end" },
      ),
      Plot.ruleY(marks, {
        y: "key",
        x1: "low",
        x2: "high",
        stroke: ({ style }) => style.colour,
        strokeWidth: 2,
      }),
      ...marks.map((mark) => Plot.dot([mark], { x: "value", y: "key", r: 5, ...symbolOptions(mark.style) })),
      ...(narrow
        ? [
            Plot.text(
              noted.filter(({ empty }) => empty),
              {
                y: "key",
                text: "note",
                frameAnchor: "left",
                dx: 6,
                textAnchor: "start",
                fill: "var(--muted)",
                fontStyle: "italic",
              },
            ),
          ]
        : [
            Plot.text(noted, {
              y: "key",
              text: "note",
              frameAnchor: "right",
              dx: 184,
              textAnchor: "end",
              fill: "var(--ink)",
              fontVariant: "tabular-nums",
            }),
          ]),
    ],
  });
}

function domainOf(
  marks: readonly IntervalMark[],
  log: boolean,
  also: readonly (number | undefined)[],
): [number, number] {
  const values = [
    ...marks.flatMap(({ value, low, high }) => [value, low, high]),
    ...also.filter((value) => value !== undefined),
  ];
  if (log) return logDomain(values, 1.25) ?? [0.5, 2];
  const highest = Math.max(0, ...values.filter(Number.isFinite));
  return [0, highest === 0 ? 1 : highest * 1.08];
}
