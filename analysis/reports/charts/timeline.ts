import * as Plot from "@observablehq/plot";
import type { Style } from "../parts/document.ts";
import { drawn, linearTicks, lineOptions, logDomain, logTicks, narrowWidth, tickText } from "./canvas.ts";

/** Seconds since the trial's start, value; null breaks the line. */
export type Point = readonly [number, number | null];

export interface TimelinePanel {
  readonly title: string;
  readonly log: boolean;
  readonly lines: readonly {
    readonly style: Style;
    readonly points: readonly Point[];
  }[];
}

/** Something that happened, ruled through every panel; its label stands in the first. */
export interface TimelineMark {
  readonly atSeconds: number;
  readonly label: string;
}

/** One panel under the other on the same axis of time. */
export function drawTimeline(
  panels: readonly TimelinePanel[],
  width: number,
  marks: readonly TimelineMark[] = [],
  across = "time since the start of the trial, s",
): string {
  const end = Math.max(
    ...panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([at]) => at))),
  );
  return panels
    .map((panel, index) =>
      drawPanel(panel, width, {
        across,
        end,
        marks,
        isFirst: index === 0,
        isLast: index === panels.length - 1,
      }),
    )
    .join("");
}

function drawPanel(
  { title, log, lines }: TimelinePanel,
  width: number,
  {
    across,
    end,
    marks,
    isFirst,
    isLast,
  }: { across: string; end: number; marks: readonly TimelineMark[]; isFirst: boolean; isLast: boolean },
): string {
  const values = lines.flatMap(({ points }) =>
    points.flatMap(([, value]) => (value === null ? [] : [value])),
  );
  const logarithmic = log ? logDomain(values) : undefined;
  const domain: [number, number] = logarithmic ?? [0, Math.max(...values, 1) * 1.08];
  const ticks = logarithmic === undefined ? linearTicks(domain, 4) : logTicks(domain, 5);
  return drawn({
    width,
    height: isLast ? 176 : 148,
    marginLeft: 52,
    marginRight: width < narrowWidth ? 12 : 24,
    marginTop: 26,
    marginBottom: isLast ? 40 : 14,
    x: { domain: [0, end], label: null },
    y: { type: logarithmic === undefined ? "linear" : "log", domain, label: null },
    marks: [
      Plot.gridY(ticks, { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisY(ticks, { text: tickText, label: `↑ ${title}` }),
      Plot.axisX({
        ticks: 6,
        tickFormat: isLast ? tickText : () => "",
        label: isLast ? `${across} →` : null,
      }),
      Plot.ruleX(marks, { x: "atSeconds", stroke: "var(--bad)", strokeDasharray: "2 3" }),
      ...(isFirst
        ? [
            Plot.text(marks, {
              x: "atSeconds",
              text: "label",
              frameAnchor: "top",
              textAnchor: "start",
              dx: 3,
              dy: 2,
              fill: "var(--bad)",
              stroke: "var(--surface)",
              strokeWidth: 3,
            }),
          ]
        : []),
      ...lines.map(({ style, points }) => {
        const x = ([at]: Point) => at;
        const y = ([, value]: Point) => value ?? Number.NaN;
        return style.symbol === "area" && !style.line
          ? Plot.areaY(points, { x, y, fill: style.colour })
          : Plot.line(points, { x, y, ...lineOptions(style), strokeWidth: 1.75 });
      }),
    ],
  });
}
