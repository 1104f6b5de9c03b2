import { counted } from "../../figures/format.ts";
import type { Analysis } from "../../schema/analysis-result.ts";
import { drawScaling, idealStyle, lawStyle } from "../charts/scaling.ts";
import { citeInterval, orDash } from "../parts/cite.ts";
import {
  type Block,
  type Inline,
  numberColumn,
  type Style,
  type Table,
  textColumn,
} from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import type { Section } from "./section.ts";

type Scaling = Analysis["scaling"][number];

const measuredStyle: Style = {
  colour: "var(--arm-1)",
  dash: "",
  symbol: "square",
  hollow: false,
  line: false,
};

export const scaling: Section = {
  title: "Scaling over workers and replicas",
  build(source) {
    const rows = source.analysis.scaling;
    if (rows.length === 0) return [];
    const unknown = rows.filter(({ points }) => points.some(({ throughput }) => throughput === null));
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Variants that differ by their number of workers or replicas and by nothing else, where all of them were " +
          "saturated or overloaded, so that throughput is capacity. Speed-ups are paired by block.",
      },
      ...rows.flatMap((row, index) => (unknown.includes(row) ? [] : fitted(source, row, index))),
      ...(unknown.length === 0
        ? []
        : [
            {
              kind: "list" as const,
              items: unknown.map(({ scenario, points, why }) => ({
                text: `${points.map(({ variant }) => variant).join(", ")} under ${scenario}: ${why}`,
              })),
            },
          ]),
    ];
  },
};

function fitted(source: Source, row: Scaling, index: number): Block[] {
  const points = row.points.map(({ units, throughput }) => ({ units, ...throughput! }));
  const { perUnit, contention, coherency } = row;
  const law =
    perUnit === null
      ? undefined
      : (units: number) =>
          (perUnit.value * units) /
          (1 + contention!.value * (units - 1) + coherency!.value * units * (units - 1));
  const one = perUnit?.value ?? points[0]!.value / points[0]!.units;
  return [
    {
      kind: "chart",
      title: title(source, row, index),
      description: `Throughput under overload against the number of ${copyOf(row.points)}s under ${row.scenario}, with the line of a scaling without loss${law === undefined ? "" : " and the fitted law"}.`,
      legend: [
        { label: "measured", style: measuredStyle },
        { label: "without loss", style: idealStyle },
        ...(law === undefined ? [] : [{ label: "fitted law", style: lawStyle }]),
      ],
      draw: (width) => drawScaling({ points, style: measuredStyle, perUnit: one, law }, width),
      data: sizes(source, row, index),
    },
    parameters(source, row, index),
  ];
}

/** The size that did most; and the largest, where that one did less: what was added last was in the way. */
function title({ cite }: Source, { points, scenario }: Scaling, index: number): Inline[] {
  const least = points[0]!;
  const grown = points.filter(({ speedup }) => speedup !== null);
  const copy = copyOf(points);
  if (grown.length === 0) return [`Capacity by number of ${copy}s under ${scenario}.`];
  const best = grown.reduce((most, point) => (point.speedup!.value > most.speedup!.value ? point : most));
  const largest = grown.at(-1)!;
  const times = (point: Scaling["points"][number]) =>
    cite.analysis(["scaling", index, "points", points.indexOf(point), "speedup", "value"], formats.ratio);
  return [
    `${counted(best.units, copy)} ${verb(best)} `,
    times(best),
    ` times what ${least.units} ${verb(least)} under ${scenario}; without loss it would be `,
    formats.ratio(best.units / least.units),
    ...(largest === best
      ? ["."]
      : [`. ${counted(largest.units, copy)} ${verb(largest)} only `, times(largest), " times."]),
  ];
}

function verb({ units }: Scaling["points"][number]): "does" | "do" {
  return units === 1 ? "does" : "do";
}

/** What there are more of: pods, where each holds one worker. */
function copyOf(points: Scaling["points"]): "replica" | "worker" {
  return points.every(({ units, replicas }) => units === replicas) ? "replica" : "worker";
}

function sizes({ cite }: Source, { points, scenario }: Scaling, index: number): Table {
  return {
    kind: "table",
    caption: `Throughput by number of ${copyOf(points)}s under ${scenario}: geometric mean over blocks, speed-up paired by block`,
    columns: [
      textColumn("Variant"),
      numberColumn("Workers"),
      numberColumn("Replicas"),
      numberColumn("Throughput, 1/s [interval]"),
      numberColumn("Speed-up [interval]"),
    ],
    rows: points.map(({ variant, throughput, speedup }, at) => ({
      cells: [
        variant,
        cite.analysis(["scaling", index, "points", at, "units"], formats.count),
        cite.analysis(["scaling", index, "points", at, "replicas"], formats.count),
        citeInterval(
          cite.analysis,
          ["scaling", index, "points", at, "throughput"],
          throughput,
          formats.magnitude,
        ),
        at === 0
          ? orDash(cite.analysis(["scaling", index, "points", at, "speedup"], formats.ratio))
          : citeInterval(cite.analysis, ["scaling", index, "points", at, "speedup"], speedup, formats.ratio),
      ],
    })),
  };
}

function parameters({ cite }: Source, row: Scaling, index: number): Block {
  if (row.perUnit === null) return { kind: "paragraph", text: `No law is fitted: ${row.why}.` };
  const interval = (key: "perUnit" | "contention" | "coherency") =>
    citeInterval(cite.analysis, ["scaling", index, key], row[key], formats.magnitude);
  return {
    kind: "facts",
    facts: [
      { name: "Law", value: row.law },
      { name: `lambda, one ${copyOf(row.points)}, 1/s`, value: interval("perUnit") },
      { name: "sigma, contention", value: interval("contention") },
      { name: "kappa, coherency", value: interval("coherency") },
      {
        name: "Most useful number",
        value:
          row.peakUnits === null
            ? "none: kappa is not above 0 beyond its interval"
            : cite.analysis(["scaling", index, "peakUnits"], formats.magnitude),
      },
      { name: "Blocks", value: cite.analysis(["scaling", index, "blocks"], formats.count) },
    ],
  };
}
