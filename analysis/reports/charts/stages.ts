import * as Plot from "@observablehq/plot";
import { drawn, linearTicks, narrowWidth, tickText } from "./canvas.ts";

export interface StagesChart {
  readonly bars: readonly {
    readonly label: string;
    /** In the order in which a request passes them, ms. */
    readonly parts: readonly { readonly name: string; readonly colour: string; readonly ms: number }[];
  }[];
}

const barHeight = 30;
/** Of the widest bar; a narrower part has no room for its name, which the table has. */
const leastNamedShare = 0.09;

export function drawStages({ bars }: StagesChart, width: number): string {
  const narrow = width < narrowWidth;
  const longest = Math.max(
    ...bars.map(({ parts }) => parts.reduce((sum, { ms }) => sum + Math.max(0, ms), 0)),
  );
  const segments = bars.flatMap(({ label, parts }) => {
    let at = 0;
    return parts.map(({ name, colour, ms }) => {
      const from = at;
      at += Math.max(0, ms);
      return { label, name, colour, from, to: at };
    });
  });
  const domain: [number, number] = [0, longest * 1.02];
  const ticks = linearTicks(domain, narrow ? 4 : 8);
  return drawn({
    width,
    height: bars.length * barHeight + 50,
    marginLeft: narrow ? 112 : 150,
    marginRight: narrow ? 12 : 24,
    marginTop: 4,
    marginBottom: 42,
    x: { domain, label: null },
    y: { type: "band", domain: bars.map(({ label }) => label), axis: null, padding: 0.25 },
    marks: [
      Plot.gridX(ticks, { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisX(ticks, { text: tickText, label: "mean time of a request, ms →", labelAnchor: "right" }),
      Plot.rect(segments, {
        x1: "from",
        x2: "to",
        y: "label",
        fill: "colour",
        stroke: "var(--surface)",
        strokeWidth: 0.75,
      }),
      Plot.text(
        bars.map(({ label }) => label),
        {
          y: (label: string) => label,
          text: (label: string) => label,
          frameAnchor: "left",
          dx: -8,
          textAnchor: "end",
        },
      ),
      Plot.text(
        segments.filter(({ from, to }) => (to - from) / longest > (narrow ? 2 : 1) * leastNamedShare),
        {
          x: ({ from, to }) => (from + to) / 2,
          y: "label",
          text: "name",
          fill: "var(--ink)",
          stroke: "var(--surface)",
          strokeWidth: 4,
        },
      ),
    ],
  });
}
