import * as Plot from "@observablehq/plot";
import type { Style } from "../parts/document.ts";
import { drawn, lineOptions, logDomain, logTicks, narrowWidth, tickText } from "./canvas.ts";

export interface LengthChart {
  readonly label: string;
  readonly lines: readonly {
    readonly style: Style;
    readonly points: readonly { readonly p: number; readonly length: number }[];
  }[];
}

/** The distribution function of text lengths: the share of texts at most so long, lengths on a log scale. */
export function drawLengths({ label, lines }: LengthChart, width: number): string {
  const domain = logDomain(
    lines.flatMap(({ points }) => points.map(({ length }) => length)),
    1.1,
  ) ?? [1, 10];
  return drawn({
    width,
    height: 210,
    marginLeft: 52,
    marginRight: width < narrowWidth ? 12 : 24,
    marginTop: 28,
    marginBottom: 42,
    x: { type: "log", domain, label: null },
    y: { domain: [0, 1], label: null },
    marks: [
      Plot.gridY([0, 0.25, 0.5, 0.75, 1], { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisY([0, 0.25, 0.5, 0.75, 1], {
        text: (share: number) => `${100 * share} %`,
        label: "↑ share of texts of at most this length",
      }),
      Plot.axisX(logTicks(domain, width < narrowWidth ? 5 : 9), {
        text: tickText,
        label: `${label} →`,
        labelAnchor: "right",
      }),
      ...lines.map(({ style, points }) => Plot.line(points, { x: "length", y: "p", ...lineOptions(style) })),
    ],
  });
}
