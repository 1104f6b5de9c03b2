import { armLabel } from "../parts/arm.ts";
import { numberColumn, textColumn } from "../parts/document.ts";
import { cellsOf, citeValue, steadyScenarios } from "./cells.ts";
import type { Section } from "./section.ts";
import { stagePartBlocks } from "./stage-parts.ts";

/** In the order a request passes them; those that the analysis does not measure are left out. */
const stages = [
  { metric: "lateness-p99", head: "Generator late, p99, ms" },
  { metric: "first-byte-p50", head: "First byte, p50, ms" },
  { metric: "service-p50", head: "Service, p50, ms" },
  { metric: "p50", head: "Response, p50, ms" },
  { metric: "service-p99", head: "Service, p99, ms" },
  { metric: "p99", head: "Response, p99, ms" },
] as const;

export const stagesSection: Section = {
  title: "Where the time goes",
  build(source) {
    const { analysis } = source;
    const scenarios = steadyScenarios(source);
    const measured = stages.filter(({ metric }) =>
      analysis.cells.some(({ metrics }) => Object.hasOwn(metrics, metric)),
    );
    if (measured.length < 3 || analysis.counts.valid === 0 || scenarios.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Service time runs from the instant a request was sent, response time from the instant it was scheduled for: what " +
          "lies between is the generator's lateness. Waiting inside the service is part of both.",
      },
      {
        kind: "table",
        caption: "Stages of a request: mean over valid trials with its t interval",
        columns: [
          textColumn("Scenario"),
          textColumn("Variant"),
          ...measured.map(({ head }) => numberColumn(head)),
        ],
        rows: scenarios.flatMap(({ name }) =>
          cellsOf(source, name).map((at) => ({
            cells: [
              name,
              armLabel(at.cell.variant, at.cell.arm),
              ...measured.map(({ metric }) => citeValue(source, at, metric)),
            ],
          })),
        ),
      },
      ...stagePartBlocks(source),
    ];
  },
};
