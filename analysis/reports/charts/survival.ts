import * as Plot from "@observablehq/plot";
import type { Style } from "../parts/document.ts";
import { drawn, linearTicks, lineOptions, narrowWidth, tickText } from "./canvas.ts";

export interface NotYetLine {
  readonly style: Style;
  /** From time 0 on, the first at share 1; seconds. */
  readonly steps: readonly {
    readonly atSeconds: number;
    readonly share: number;
    /** Null where there is no band. */
    readonly low: number | null;
    readonly high: number | null;
  }[];
  /** When injections ceased to be watched, and the share then. */
  readonly censored: readonly { readonly atSeconds: number; readonly share: number }[];
}

/** Share of the injections that are not yet back, with a cross for each that was watched no longer. */
export function drawNotYet(lines: readonly NotYetLine[], width: number): string {
  const end = Math.max(
    1,
    ...lines.flatMap(({ steps, censored }) => [...steps, ...censored].map(({ atSeconds }) => atSeconds)),
  );
  const narrow = width < narrowWidth;
  return drawn({
    width,
    height: narrow ? 220 : 260,
    marginLeft: 52,
    marginRight: narrow ? 12 : 24,
    marginTop: 28,
    marginBottom: 42,
    x: { domain: [0, end * 1.03], label: null },
    y: { domain: [0, 100], label: null },
    marks: [
      Plot.gridY([0, 25, 50, 75, 100], { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisY([0, 25, 50, 75, 100], { text: tickText, label: "↑ not yet restored, % of the injections" }),
      Plot.axisX(linearTicks([0, end], narrow ? 5 : 8), {
        tickFormat: tickText,
        label: "time since the injection, s →",
      }),
      ...lines.flatMap(({ style, steps, censored }) => [
        Plot.areaY(banded(steps.slice(1)), {
          x: "atSeconds",
          y1: ({ low }) => low! * 100,
          y2: ({ high }) => high! * 100,
          curve: "step-after",
          fill: style.colour,
          fillOpacity: 0.12,
        }),
        Plot.line(steps, {
          x: "atSeconds",
          y: ({ share }) => share * 100,
          curve: "step-after",
          ...lineOptions(style),
        }),
        Plot.dot(censored, {
          x: "atSeconds",
          y: ({ share }) => share * 100,
          symbol: "plus",
          r: 5,
          stroke: style.colour,
          strokeWidth: 2,
        }),
      ]),
    ],
  });
}

/** From the first return on; none where a step has no band, since an area over some would end in the middle of the curve. */
function banded(steps: NotYetLine["steps"]): NotYetLine["steps"] {
  return steps.every(({ low, high }) => low !== null && high !== null) ? steps : [];
}
