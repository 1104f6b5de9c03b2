import type { CellResult } from "../../schema/cell.ts";
import { drawPercentiles } from "../charts/percentiles.ts";
import { type Arm, armLabel, armsOf, swatches } from "../parts/arm.ts";
import {
  type Block,
  type Chart,
  type Inline,
  numberColumn,
  type Table,
  textColumn,
} from "../parts/document.ts";
import { metricHead } from "../parts/metric.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { type Cell, cellState, cellsOf, citeValue, steadyScenarios } from "./cells.ts";
import type { Section } from "./section.ts";

export const latency: Section = {
  title: "Latency",
  build(source) {
    const scenarios = steadyScenarios(source);
    if (scenarios.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Response time runs from the instant a request was scheduled for until its outcome was known, so waiting for a " +
          "busy server counts, and a failed request is later than any other. Under overload it grows with the length of the " +
          "trial. The axis stretches the tail: each tenfold step to the right adds a nine.",
      },
      ...scenarios.flatMap(({ name, description }): Block[] => [
        { kind: "heading", id: `latency-${name}`, text: `${name}: ${description}` },
        ...curves(source, name),
      ]),
      trialLevel(source),
    ];
  },
};

function curves(source: Source, scenario: string): Block[] {
  const arms = armsOf(source.plan);
  const cells = cellsOf(source, scenario).filter(({ cell }) => cell.curve.some(({ ms }) => ms !== null));
  const without = cellsOf(source, scenario).filter(({ cell }) => cell.curve.every(({ ms }) => ms === null));
  const notes: Block[] =
    without.length === 0
      ? []
      : [
          {
            kind: "list",
            items: without.map(({ cell }) => ({
              text: `${armLabel(cell.variant, cell.arm)}: ${cellState(cell)}`,
            })),
          },
        ];
  if (cells.length === 0) return notes;
  const shown = arms.filter((arm) => cells.some(({ cell }) => isOf(cell, arm)));
  return [curveChart(source, scenario, cells, shown), ...notes];
}

function curveChart(source: Source, scenario: string, cells: readonly Cell[], arms: readonly Arm[]): Chart {
  const { study } = source.plan;
  return {
    kind: "chart",
    title: curveTitle(source, scenario, cells),
    description: `Response time in milliseconds against the share of requests answered within it, under ${scenario}, one line for each variant.`,
    legend: swatches(arms),
    draw: (width) =>
      drawPercentiles(
        {
          lines: arms.map((arm) => ({
            style: arm.style,
            points: cells.find(({ cell }) => isOf(cell, arm))!.cell.curve,
          })),
          sloMs: study.slo.responseMs,
        },
        width,
      ),
    data: curveTable(source, scenario, cells),
  };
}

/** The median of each variant, in the order of the legend, and what qualifies it. */
function curveTitle({ cite }: Source, scenario: string, cells: readonly Cell[]): Inline[] {
  const medians = cells.flatMap(({ cell, index }): Inline[][] => {
    const at = cell.curve.findIndex(({ p, ms }) => p === 0.5 && ms !== null);
    if (at < 0 || cell.arm === "aa") return [];
    const { saturated, planned, valid } = cell.trials;
    const qualified = [
      ...(valid < planned ? [`${valid} of ${planned} trials valid`] : []),
      ...(saturated > 0 ? [`overloaded in ${saturated} of ${planned} trials`] : []),
    ];
    return [
      [
        `${cell.variant} `,
        cite.analysis(["cells", index, "curve", at, "ms"], formats.magnitude),
        qualified.length === 0 ? " ms" : ` ms (${qualified.join(", ")})`,
      ],
    ];
  });
  if (medians.length === 0) return [`Response times under ${scenario}`];
  return [
    `Half of the requests under ${scenario} were answered within: `,
    ...medians.flatMap((part, index) => (index === 0 ? part : [", ", ...part])),
    ".",
  ];
}

function curveTable({ cite }: Source, scenario: string, cells: readonly Cell[]): Table {
  const shares = [...new Set(cells.flatMap(({ cell }) => cell.curve.map(({ p }) => p)))].sort(
    (a, b) => a - b,
  );
  return {
    kind: "table",
    caption: `Response time under ${scenario}, ms, by share of requests answered within it: pooled valid trials [interval of the typical trial, over trials]`,
    columns: [
      numberColumn("Share"),
      ...cells.map(({ cell }) =>
        numberColumn(`${armLabel(cell.variant, cell.arm)} (n = ${formats.count(cell.pooled)})`),
      ),
    ],
    rows: shares.map((share) => ({
      cells: [
        shareText(share),
        ...cells.map(({ cell, index }) => {
          const at = cell.curve.findIndex(({ p }) => p === share);
          const point = cell.curve[at];
          if (point === undefined) return "";
          if (point.ms === null) return "failed";
          const value = cite.analysis(["cells", index, "curve", at, "ms"], formats.magnitude);
          if (point.low === null || point.high === null) return value;
          return [
            value,
            " [",
            cite.analysis(["cells", index, "curve", at, "low"], formats.magnitude),
            ", ",
            cite.analysis(["cells", index, "curve", at, "high"], formats.magnitude),
            "]",
          ];
        }),
      ],
    })),
    ...(shares.length > 30 ? { elsewhere: "analysis.json, under cells and curve" } : {}),
  };
}

/** As a percentage with as many nines as it has. */
export function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

/** The values the comparisons rest on: one number per trial, averaged over trials. */
function trialLevel(source: Source): Table {
  const { analysis, cite } = source;
  const times = ["p50", "p95", "p99", "mean"].filter((metric) =>
    analysis.cells.some(({ metrics }) => Object.hasOwn(metrics, metric)),
  );
  const cells = steadyScenarios(source).flatMap(({ name }) => cellsOf(source, name));
  return {
    kind: "table",
    caption: "Trial-level values: geometric mean over valid trials with its t interval on logs",
    columns: [
      textColumn("Scenario"),
      textColumn("Variant"),
      numberColumn("Valid trials"),
      ...times.map((metric) => numberColumn(metricHead(metric, "ms"))),
    ],
    rows: cells.map((at) => ({
      cells: [
        at.cell.scenario,
        armLabel(at.cell.variant, at.cell.arm),
        cite.analysis(["cells", at.index, "trials", "valid"], formats.count),
        ...times.map((metric) => citeValue(source, at, metric)),
      ],
    })),
  };
}

function isOf(cell: CellResult, arm: Arm): boolean {
  return cell.variant === arm.variant && cell.arm === arm.arm;
}
