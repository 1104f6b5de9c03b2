import { drawCapacity } from "../charts/capacity.ts";
import { armsOf, styleOf, swatches } from "../parts/arm.ts";
import { type Inline, numberColumn, type Table, type Text, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { type Cell, cellsOf } from "./cells.ts";
import type { Section } from "./section.ts";

export const capacity: Section = {
  title: "Latency against throughput",
  build(source) {
    const arms = armsOf(source.plan).filter(({ arm }) => arm === "main");
    const cells = source.plan.study.scenarios
      .flatMap(({ name }) => cellsOf(source, name))
      .filter(({ cell }) => cell.arm === "main" && hasThroughput(cell));
    if (cells.length === 0) return [];
    const bound = source.manifest.calibration;
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Each point is a variant under a scenario. A cross on the upper edge is an overloaded cell: its throughput is what " +
          "the variant sustains, and its response time has no value that does not depend on the trial's length. A dashed line in a " +
          "variant's colour is its bound: the throughput of its workers at one request at a time, from the service time of requests that " +
          "found it idle. Batching can exceed the bound.",
      },
      {
        kind: "chart",
        title: title(source, cells),
        description:
          "Median response time against throughput, one point for each variant under each scenario, with the calibrated capacity of the baseline as a vertical line.",
        legend: swatches(arms).map(({ label, style }) => ({ label, style: { ...style, line: false } })),
        draw: (width) =>
          drawCapacity(
            {
              lines: arms.map((arm) => ({
                style: styleOf(arms, arm),
                bound: boundOf(source, arm.variant)?.perSecond ?? null,
                points: cells
                  .filter(({ cell }) => cell.variant === arm.variant)
                  .map(({ cell }) => ({
                    label: cell.scenario,
                    perSecond: cell.metrics.throughput!.estimate!.value,
                    ms: cell.metrics.p50?.estimate?.value ?? null,
                  })),
              })),
              bound:
                bound === null
                  ? null
                  : { label: `capacity of ${bound.variant}`, perSecond: bound.capacityPerSecond },
            },
            width,
          ),
        data: table(source, cells),
      },
    ];
  },
};

/** Of the model capacity-bound; it is the same under every scenario. */
function boundOf({ analysis }: Source, variant: string): { index: number; perSecond: number } | undefined {
  const index = analysis.models.findIndex(
    (row) => row.model === "capacity-bound" && row.variant === variant && row.predicted !== null,
  );
  return index < 0 ? undefined : { index, perSecond: analysis.models[index]!.predicted! };
}

function hasThroughput({ metrics }: Cell["cell"]): boolean {
  return metrics.throughput?.estimate !== null && metrics.throughput !== undefined;
}

/** The most that any variant was seen to answer, beside the baseline's calibrated capacity. */
function title({ analysis, manifest, cite }: Source, cells: readonly Cell[]): Text {
  const most = [...cells].sort((a, b) => throughput(b) - throughput(a))[0]!;
  const seen: Inline[] = [
    `The highest throughput is `,
    cite.analysis(["cells", most.index, "metrics", "throughput", "estimate", "value"], formats.magnitude),
    ` requests per second, by ${analysis.cells[most.index]!.variant} under ${most.cell.scenario}`,
  ];
  if (manifest.calibration === null) return [...seen, "."];
  return [
    ...seen,
    `; ${manifest.calibration.variant} sustains `,
    cite.manifest(["calibration", "capacityPerSecond"], formats.magnitude),
    ".",
  ];
}

function throughput({ cell }: Cell): number {
  return cell.metrics.throughput!.estimate!.value;
}

function table(source: Source, cells: readonly Cell[]): Table {
  const { cite } = source;
  return {
    kind: "table",
    caption: "Throughput and median response time of every variant under every scenario",
    columns: [
      textColumn("Variant"),
      textColumn("Scenario"),
      numberColumn("Throughput, 1/s"),
      numberColumn("Bound, 1/s"),
      numberColumn("Median response, ms"),
    ],
    rows: cells.map(({ cell, index }) => ({
      cells: [
        cell.variant,
        cell.scenario,
        cite.analysis(["cells", index, "metrics", "throughput", "estimate", "value"], formats.magnitude),
        bound(source, cell.variant),
        cell.metrics.p50?.estimate === undefined
          ? "not measured"
          : cell.metrics.p50.estimate === null
            ? cite.analysis(
                ["cells", index, "metrics", "p50", "estimate"],
                formats.magnitude,
                cell.metrics.p50.why,
              )
            : cite.analysis(["cells", index, "metrics", "p50", "estimate", "value"], formats.magnitude),
      ],
    })),
  };
}

function bound(source: Source, variant: string): Text {
  const found = boundOf(source, variant);
  return found === undefined
    ? "not known"
    : source.cite.analysis(["models", found.index, "predicted"], formats.magnitude);
}
