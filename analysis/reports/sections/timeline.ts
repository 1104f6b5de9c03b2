import { drawTimeline, type TimelineMark, type TimelinePanel } from "../charts/timeline.ts";
import { armLabel, armsOf, styleOf, swatches } from "../parts/arm.ts";
import {
  type Block,
  type Chart,
  numberColumn,
  type Swatch,
  type Table,
  textColumn,
} from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { type Cell, cellsOf } from "./cells.ts";
import type { Section } from "./section.ts";

const offeredStyle = { colour: "var(--band)", dash: "", symbol: "area", hollow: false, line: false } as const;

export const timeline: Section = {
  title: "Over time",
  build(source) {
    const charts = source.plan.study.scenarios.flatMap(({ name }): Block[] => {
      const cells = cellsOf(source, name).filter(({ cell }) => cell.series.length > 1);
      return cells.length === 0 ? [] : [chart(source, name, cells)];
    });
    if (charts.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Means over trials by time since the trial's start, warm-up included. All variants of a block are offered the same " +
          "arrivals. A number in flight that climbs to the end is overload. Of a disrupted scenario the first block is shown.",
      },
      ...charts,
    ];
  },
};

function chart(source: Source, scenario: string, cells: readonly Cell[]): Chart {
  const arms = armsOf(source.plan);
  const lines = cells.map(({ cell }) => ({
    style: styleOf(arms, cell),
    series: cell.series,
  }));
  const offered: Swatch = { label: "offered", style: offeredStyle };
  const panels: TimelinePanel[] = [
    {
      title: "offered (shaded) and completed, requests per second",
      log: false,
      lines: [
        // Common random numbers: one offered load for all variants.
        { style: offeredStyle, points: lines[0]!.series.map((at) => [at.atSeconds, at.offeredPerSecond]) },
        ...lines.map(({ style, series }) => ({
          style,
          points: series.map((at) => [at.atSeconds, at.completedPerSecond] as const),
        })),
      ],
    },
    {
      title: "in flight, requests",
      log: false,
      lines: lines.map(({ style, series }) => ({
        style,
        points: series.map((at) => [at.atSeconds, at.inFlight] as const),
      })),
    },
    {
      title: "response time, ms (log scale)",
      log: true,
      lines: lines.map(({ style, series }) => ({
        style,
        points: series.map((at) => [at.atSeconds, at.responseMs] as const),
      })),
    },
  ];
  const marks = marksOf(source, scenario);
  return {
    kind: "chart",
    title: title(scenario, cells, marks.length),
    description: `Offered and completed requests per second, requests in flight and response time over the trial under ${scenario}.`,
    legend: [
      offered,
      ...swatches(
        arms.filter(({ label }) => cells.some(({ cell }) => label === armLabel(cell.variant, cell.arm))),
      ),
    ],
    draw: (width) => drawTimeline(panels, width, marks),
    data: table(source, scenario, cells),
  };
}

/**
 * The injections of one trial of the block that is shown. Its trials share the instants that are intended; one whose
 * service was not steady yet was disrupted later, and `injections.csv` has each.
 */
function marksOf({ analysis, plan }: Source, scenario: string): TimelineMark[] {
  const kind = plan.study.scenarios.find(({ name }) => name === scenario)?.disruption?.kind;
  const first = analysis.recovery?.injections.find((one) => one.scenario === scenario && one.block === 0);
  return (analysis.recovery?.injections ?? [])
    .filter((one) => one.block === 0 && one.scenario === scenario && one.trial === first?.trial)
    .flatMap(({ startedMs }) =>
      startedMs === null ? [] : [{ atSeconds: startedMs / 1000, label: kind ?? "disruption" }],
    );
}

function title(scenario: string, cells: readonly Cell[], injections: number): string {
  if (injections > 0) {
    return `Under ${scenario} the service was disrupted at ${injections === 1 ? "the mark" : `the ${injections} marks`}, or after, once it was steady; the first block.`;
  }
  const growing = cells
    .filter(({ cell }) => cell.trials.saturated > 0)
    .map(
      ({ cell: { variant, arm, trials } }) =>
        `${armLabel(variant, arm)} in ${trials.saturated} of ${trials.planned} trials`,
    );
  if (growing.length === 0) return `Under ${scenario} no queue was still growing when the load ended.`;
  return `Under ${scenario} a queue was still growing when the load ended: ${growing.join(", ")}.`;
}

function table({ cite }: Source, scenario: string, cells: readonly Cell[]): Table {
  const names = ["offeredPerSecond", "completedPerSecond", "inFlight", "responseMs"] as const;
  return {
    kind: "table",
    caption: `The series under ${scenario}`,
    elsewhere: "analysis.json, under cells and series",
    columns: [
      textColumn("Variant"),
      numberColumn("At, s"),
      numberColumn("Offered, 1/s"),
      numberColumn("Completed, 1/s"),
      numberColumn("In flight"),
      numberColumn("Response, ms"),
    ],
    rows: cells.flatMap(({ cell, index }) =>
      cell.series.map((_, at) => ({
        cells: [
          armLabel(cell.variant, cell.arm),
          cite.analysis(["cells", index, "series", at, "atSeconds"], formats.magnitude),
          ...names.map((name) =>
            cite.analysis(["cells", index, "series", at, name], formats.magnitude, "none completed"),
          ),
        ],
      })),
    ),
  };
}
