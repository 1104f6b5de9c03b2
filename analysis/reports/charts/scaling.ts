import * as Plot from "@observablehq/plot";
import type { Style } from "../parts/document.ts";
import { drawn, linearTicks, lineOptions, narrowWidth, symbolOptions, tickText } from "./canvas.ts";

export interface ScalingChart {
  readonly points: readonly {
    readonly units: number;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly style: Style;
  /** Throughput of one unit: the line of a scaling without loss. */
  readonly perUnit: number;
  /** The fitted law; undefined where there is none. */
  readonly law: ((units: number) => number) | undefined;
}

export const lawStyle: Style = {
  colour: "var(--arm-2)",
  dash: "7 3",
  symbol: "triangle",
  hollow: false,
  line: true,
};
export const idealStyle: Style = {
  colour: "var(--muted)",
  dash: "2 4",
  symbol: "circle",
  hollow: true,
  line: true,
};

export function drawScaling({ points, style, perUnit, law }: ScalingChart, width: number): string {
  const most = Math.max(...points.map(({ units }) => units));
  const highest = Math.max(...points.map(({ high }) => high), perUnit * most) * 1.05;
  const along = Array.from({ length: 41 }, (_, step) => (most * step) / 40);
  const path = (of: (units: number) => number) => along.map((units) => [units, of(units)] as const);
  return drawn({
    width,
    height: 260,
    marginLeft: 52,
    marginRight: width < narrowWidth ? 12 : 24,
    marginTop: 30,
    marginBottom: 42,
    x: { domain: [0, most * 1.05], label: null },
    y: { domain: [0, highest], label: null },
    marks: [
      Plot.gridY(linearTicks([0, highest], 5), { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisY(linearTicks([0, highest], 5), { text: tickText, label: "↑ throughput, answers per second" }),
      Plot.axisX(linearTicks([0, most], Math.min(most, 8)), {
        text: tickText,
        label: "workers over all replicas →",
        labelAnchor: "right",
      }),
      Plot.line(
        path((units) => perUnit * units),
        lineOptions(idealStyle),
      ),
      ...(law === undefined ? [] : [Plot.line(path(law), lineOptions(lawStyle))]),
      Plot.ruleX(points, { x: "units", y1: "low", y2: "high", stroke: style.colour, strokeWidth: 2 }),
      Plot.dot(points, { x: "units", y: "value", r: 5, ...symbolOptions(style) }),
    ],
  });
}
