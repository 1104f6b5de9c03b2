import * as Plot from "@observablehq/plot";
import type { Style } from "../parts/document.ts";
import { drawn, lineOptions, logDomain, logTicks, narrowWidth, symbolOptions, tickText } from "./canvas.ts";

export interface BlockChart {
  readonly blocks: number;
  readonly label: string;
  /** One value per block; null where the trial does not count. */
  readonly lines: readonly { readonly style: Style; readonly points: readonly (number | null)[] }[];
}

export function drawBlocks({ blocks, label, lines }: BlockChart, width: number): string {
  const values = lines.flatMap(({ points }) => points.filter((value) => value !== null));
  const domain = logDomain(values, 1.3) ?? [1, 10];
  const ticks = logTicks(domain, 7);
  return drawn({
    width,
    height: 230,
    marginLeft: 52,
    marginRight: width < narrowWidth ? 12 : 24,
    marginTop: 26,
    marginBottom: 40,
    x: {
      type: "point",
      domain: Array.from({ length: blocks }, (_, block) => block + 1),
      label: null,
      padding: 0.3,
    },
    y: { type: "log", domain, label: null },
    marks: [
      Plot.gridY(ticks, { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisY(ticks, { text: tickText, label: `↑ ${label}` }),
      Plot.axisX({ label: "block →", labelAnchor: "right" }),
      ...lines.flatMap(({ style, points }) => {
        const data = points.map((value, block) => ({ block: block + 1, value: value ?? Number.NaN }));
        return [
          Plot.line(data, {
            x: "block",
            y: "value",
            ...lineOptions(style),
            strokeWidth: 1,
            strokeOpacity: 0.7,
          }),
          Plot.dot(
            data.filter(({ value }) => Number.isFinite(value)),
            { x: "block", y: "value", r: 4, ...symbolOptions(style) },
          ),
        ];
      }),
    ],
  });
}
