import * as Plot from "@observablehq/plot";
import type { CellResult } from "../../schema/cell.ts";
import type { Style } from "../parts/document.ts";
import { drawn, lineOptions, logDomain, logTicks, narrowWidth, symbolOptions, tickText } from "./canvas.ts";

export interface PercentileChart {
  readonly lines: readonly { readonly style: Style; readonly points: CellResult["curve"] }[];
  readonly sloMs: number;
}

/** Shares that carry a shape as well, so that lines can be told apart without colour. */
const marked = [0.5, 0.9, 0.99, 0.999];

/**
 * Response time against the share of requests answered within it, the axis of shares stretched at the tail:
 *
 *   x = 1 / (1 - p), on a log scale: 50 % at 2, 90 % at 10, 99 % at 100
 */
export function drawPercentiles({ lines, sloMs }: PercentileChart, width: number): string {
  const known = lines.flatMap(({ points }) => points.filter(({ ms, p }) => ms !== null && p < 1));
  const times = known.flatMap(({ ms, low, high }) => [ms, low, high].filter((value) => value !== null));
  const domain = logDomain([...times, sloMs])!;
  const last = Math.max(2, ...known.map(({ p }) => tail(p)));
  const narrow = width < narrowWidth;
  return drawn({
    width,
    height: narrow ? 260 : 320,
    marginLeft: 52,
    marginRight: narrow ? 12 : 24,
    marginBottom: 42,
    marginTop: 28,
    x: { type: "log", domain: [1, last * 1.05], label: null },
    y: { type: "log", domain, label: null },
    marks: [
      Plot.gridY(logTicks(domain, 8), { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisX(
        (narrow ? [1, 2, 10, 100, 1000, 10000] : [1, 2, 4, 10, 20, 100, 1000, 10000]).filter(
          (x) => x <= last * 1.05,
        ),
        {
          text: shareTick,
          label: "requests answered within this time →",
          labelAnchor: "right",
        },
      ),
      Plot.axisY(logTicks(domain, 8), { text: tickText, label: "↑ response time, ms (log scale)" }),
      Plot.ruleY([sloMs], { stroke: "var(--ink)", strokeDasharray: "2 4" }),
      Plot.text([sloMs], {
        y: (value: number) => value,
        frameAnchor: "left",
        dx: 4,
        dy: -7,
        textAnchor: "start",
        text: (value: number) => `limit ${tickText(value)} ms`,
        fill: "var(--ink)",
        stroke: "var(--surface)",
        strokeWidth: 4,
      }),
      ...lines.flatMap(({ style, points }) => {
        const shown = points.filter(({ p }) => p < 1);
        const banded = shown.filter(({ low, high }) => low !== null && high !== null);
        return [
          Plot.areaY(banded, {
            x: ({ p }) => tail(p),
            y1: "low",
            y2: "high",
            fill: style.colour,
            fillOpacity: 0.14,
          }),
          Plot.line(shown, { x: ({ p }) => tail(p), y: ({ ms }) => ms ?? Number.NaN, ...lineOptions(style) }),
          Plot.dot(
            shown.filter(({ p, ms }) => marked.includes(p) && ms !== null),
            { x: ({ p }) => tail(p), y: "ms", r: 4, ...symbolOptions(style) },
          ),
        ];
      }),
    ],
  });
}

function tail(p: number): number {
  return 1 / (1 - p);
}

function shareTick(x: number): string {
  return `${Number((100 * (1 - 1 / x)).toPrecision(4))} %`;
}
