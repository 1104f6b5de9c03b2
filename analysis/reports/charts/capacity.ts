import * as Plot from "@observablehq/plot";
import type { Style } from "../parts/document.ts";
import { drawn, linearTicks, logDomain, logTicks, narrowWidth, symbolOptions, tickText } from "./canvas.ts";

export interface CapacityChart {
  readonly lines: readonly {
    readonly style: Style;
    /** What its workers could do one request at a time, answers per second; null where that is not known. */
    readonly bound: number | null;
    /** `ms` is null for an overloaded cell. */
    readonly points: readonly {
      readonly label: string;
      readonly perSecond: number;
      readonly ms: number | null;
    }[];
  }[];
  readonly bound: { readonly label: string; readonly perSecond: number } | null;
}

type CapacityPoint = CapacityChart["lines"][number]["points"][number];

export function drawCapacity({ lines, bound }: CapacityChart, width: number): string {
  const narrow = width < narrowWidth;
  const points = lines.flatMap((line) => line.points);
  const bounds = lines.flatMap(({ style, bound: own }) => (own === null ? [] : [{ style, perSecond: own }]));
  const most =
    Math.max(...[...points, ...bounds, bound ?? []].flat().map(({ perSecond }) => perSecond)) * 1.12;
  const domain = logDomain(
    points.flatMap(({ ms }) => (ms === null ? [] : [ms])),
    1.6,
  ) ?? [1, 10];
  return drawn({
    width,
    height: narrow ? 260 : 300,
    marginLeft: 52,
    marginRight: narrow ? 12 : 24,
    marginTop: 30,
    marginBottom: 42,
    x: { domain: [0, most], label: null },
    y: { type: "log", domain, label: null },
    marks: [
      Plot.gridY(logTicks(domain, 7), { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisY(logTicks(domain, 7), { text: tickText, label: "↑ median response time, ms (log scale)" }),
      Plot.axisX(linearTicks([0, most], narrow ? 4 : 8), {
        text: tickText,
        label: "throughput, answers per second →",
        labelAnchor: "right",
      }),
      ...bounds.map((own) =>
        Plot.ruleX([own.perSecond], {
          stroke: own.style.colour,
          strokeDasharray: own.style.dash === "" ? "6 3" : own.style.dash,
          strokeOpacity: 0.8,
        }),
      ),
      ...(bound === null
        ? []
        : [
            Plot.ruleX([bound.perSecond], { stroke: "var(--ink)", strokeDasharray: "2 4" }),
            Plot.text([bound], {
              x: "perSecond",
              frameAnchor: "bottom",
              dy: -6,
              dx: 5,
              textAnchor: "start",
              text: "label",
              fill: "var(--ink)",
              stroke: "var(--surface)",
              strokeWidth: 4,
            }),
          ]),
      Plot.text(slowest(points), {
        x: "perSecond",
        y: ({ ms }) => ms ?? domain[1],
        text: "label",
        dy: -14,
        fill: "var(--muted)",
        stroke: "var(--surface)",
        strokeWidth: 4,
      }),
      ...lines.flatMap(({ style, points: own }) => {
        const finite = own.filter(({ ms }) => ms !== null);
        const overloaded = own.filter(({ ms }) => ms === null);
        return [
          Plot.dot(finite, { x: "perSecond", y: "ms", r: 5, ...symbolOptions(style) }),
          Plot.dot(overloaded, {
            x: "perSecond",
            y: domain[1],
            r: 6,
            symbol: "times",
            stroke: style.colour,
            strokeWidth: 2.5,
          }),
        ];
      }),
    ],
  });
}

/** Of each scenario, the point that stands highest: the one that is labelled. */
function slowest(points: readonly CapacityPoint[]): CapacityPoint[] {
  const height = ({ ms }: CapacityPoint) => ms ?? Number.POSITIVE_INFINITY;
  return [...new Set(points.map(({ label }) => label))].map(
    (scenario) => points.filter(({ label }) => label === scenario).sort((a, b) => height(b) - height(a))[0]!,
  );
}
