import * as Plot from "@observablehq/plot";
import type { Style } from "../parts/document.ts";
import { drawn, linearTicks, lineOptions, logDomain, logTicks, narrowWidth, tickText } from "./canvas.ts";

/** Values by bin, in time since the injection; null where there is none. */
export interface Repeat {
  readonly at: readonly { readonly atSeconds: number }[];
  readonly responseMs: readonly (number | null)[];
  readonly badShare: readonly (number | null)[];
}

export interface RecoveryPanel {
  readonly label: string;
  readonly style: Style;
  readonly binSeconds: number;
  readonly repeats: readonly Repeat[];
  readonly median: readonly {
    readonly atSeconds: number;
    readonly responseMs: number | null;
    readonly responseLowMs: number | null;
    readonly responseHighMs: number | null;
    readonly badShare: number | null;
  }[];
}

export interface RecoveryChart {
  readonly panels: readonly RecoveryPanel[];
  readonly sloMs: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** For each arm two panels on one axis of time since the injection: response time, and the share that was not on time. */
export function drawRecovery({ panels, ...chart }: RecoveryChart, width: number): string {
  const times = panels.flatMap(({ repeats }) => repeats.flatMap(({ responseMs }) => responseMs));
  const domain = logDomain([chart.sloMs, ...times.filter((value) => value !== null)])!;
  return panels
    .map(
      (panel, index) =>
        drawResponses(panel, chart, domain, width) +
        drawBad(panel, chart, index === panels.length - 1, width),
    )
    .join("");
}

type Axis = Omit<RecoveryChart, "panels">;

/** One corner of a step; NaN breaks the line. */
interface Corner {
  readonly at: number;
  readonly value: number;
}

function drawResponses(
  { label, style, repeats, median, binSeconds }: RecoveryPanel,
  { sloMs, fromSeconds, toSeconds }: Axis,
  domain: [number, number],
  width: number,
): string {
  const ticks = logTicks(domain, 5);
  const extent = { binSeconds, toSeconds };
  const stepsOf = (value: (bin: RecoveryPanel["median"][number]) => number | null) =>
    steps(median, extent, (bin) => value(median[bin]!));
  const high = stepsOf(({ responseHighMs }) => responseHighMs);
  return drawn({
    width,
    height: 150,
    ...margins(width),
    marginTop: 30,
    marginBottom: 6,
    x: { domain: [fromSeconds, toSeconds], label: null, axis: null },
    y: { type: "log", domain, label: null },
    marks: [
      Plot.gridY(ticks, { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisY(ticks, { text: tickText, label: `↑ ${label}: response time, ms (log scale)` }),
      Plot.ruleX([0], { stroke: "var(--ink)" }),
      Plot.ruleY([sloMs], { stroke: "var(--ink)", strokeDasharray: "2 4" }),
      Plot.areaY(
        stepsOf(({ responseLowMs }) => responseLowMs),
        {
          x: "at",
          y1: "value",
          y2: (_, corner) => high[corner]!.value,
          fill: style.colour,
          fillOpacity: 0.2,
        },
      ),
      ...repeats.map((repeat) =>
        Plot.line(
          steps(repeat.at, extent, (bin) => repeat.responseMs[bin]!),
          repeatLine(style),
        ),
      ),
      Plot.line(
        stepsOf(({ responseMs }) => responseMs),
        medianLine(style),
      ),
    ],
  });
}

function drawBad(
  { style, repeats, median, binSeconds }: RecoveryPanel,
  { fromSeconds, toSeconds }: Axis,
  isLast: boolean,
  width: number,
): string {
  const extent = { binSeconds, toSeconds };
  const percentOf = (share: number | null) => (share === null ? null : share * 100);
  const middle = steps(median, extent, (bin) => percentOf(median[bin]!.badShare));
  return drawn({
    width,
    height: isLast ? 108 : 82,
    ...margins(width),
    marginTop: 24,
    marginBottom: isLast ? 40 : 14,
    x: { domain: [fromSeconds, toSeconds], label: null },
    y: { domain: [0, 100], label: null },
    marks: [
      Plot.gridY([0, 50, 100], { stroke: "var(--rule)", strokeOpacity: 1 }),
      Plot.axisY([0, 50, 100], { text: tickText, label: "↑ not on time, % of the requests" }),
      Plot.axisX(linearTicks([fromSeconds, toSeconds], width < narrowWidth ? 5 : 8), {
        tickFormat: isLast ? tickText : () => "",
        label: isLast ? "time since the injection, s →" : null,
      }),
      Plot.ruleX([0], { stroke: "var(--ink)" }),
      // Two bounds, since Plot would stack the two values that a step has at one instant.
      Plot.areaY(middle, { x: "at", y1: 0, y2: "value", fill: style.colour, fillOpacity: 0.2 }),
      ...repeats.map((repeat) =>
        Plot.line(
          steps(repeat.at, extent, (bin) => percentOf(repeat.badShare[bin]!)),
          repeatLine(style),
        ),
      ),
      Plot.line(middle, medianLine(style)),
    ],
  });
}

/** Each bin as a level stretch, as far as the axis goes: a clip path would have another id in every drawing. */
function steps(
  bins: readonly { readonly atSeconds: number }[],
  { binSeconds, toSeconds }: { readonly binSeconds: number; readonly toSeconds: number },
  of: (bin: number) => number | null,
): Corner[] {
  return bins.flatMap(({ atSeconds }, bin) => {
    if (atSeconds >= toSeconds) return [];
    const value = of(bin) ?? Number.NaN;
    return [
      { at: atSeconds, value },
      { at: Math.min(atSeconds + binSeconds, toSeconds), value },
    ];
  });
}

function repeatLine({ colour }: Style) {
  return { x: "at", y: "value", stroke: colour, strokeWidth: 0.75, strokeOpacity: 0.45 };
}

function medianLine(style: Style) {
  return { x: "at", y: "value", ...lineOptions({ ...style, dash: "" }), strokeWidth: 2.25 };
}

function margins(width: number) {
  return { marginLeft: 52, marginRight: width < narrowWidth ? 12 : 24 };
}
