/** The stages that services report: a chart and a table, where at least one service does. */
import { unnamedParts } from "../../trial/stages.ts";
import { drawStages } from "../charts/stages.ts";
import { armLabel, armsOf } from "../parts/arm.ts";
import { citeInterval, orDash } from "../parts/cite.ts";
import { type Block, numberColumn, type Style, type Table, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { steadyScenarios } from "./cells.ts";

/** By part: how the report calls it, and its colour. Greys lie outside the server, paler hues are its smaller parts. */
const looks = {
  lateness: { name: "generator late", colour: mixed("--arm-0", 90) },
  connect: { name: "connect", colour: mixed("--arm-0", 60) },
  network: { name: "network, other", colour: mixed("--arm-0", 30) },
  parse: { name: "parse", colour: mixed("--arm-2", 45) },
  tokenise: { name: "tokenise", colour: mixed("--arm-2", 100) },
  queue: { name: "queue", colour: mixed("--arm-4", 100) },
  batch: { name: "batch wait", colour: mixed("--arm-4", 45) },
  infer: { name: "infer", colour: mixed("--arm-1", 100) },
  handover: { name: "hand-over", colour: mixed("--arm-5", 45) },
  post: { name: "post-process", colour: mixed("--arm-3", 45) },
  encode: { name: "encode", colour: mixed("--arm-3", 100) },
  framework: { name: "framework, other", colour: mixed("--arm-5", 100) },
} as const;
type Part = keyof typeof looks;
const drawnParts = Object.keys(looks) as Part[];

interface Cell {
  readonly label: string;
  readonly index: number;
  readonly cell: Source["analysis"]["stages"][number];
}

export function stagePartBlocks(source: Source): Block[] {
  const { analysis } = source;
  if (analysis.stages.length === 0) return [];
  const rest = unnamedParts.map((part) => looks[part].name).join(" and ");
  return [
    {
      kind: "paragraph",
      aside: true,
      text:
        "The service told its stages with every answer. The parts of the mean add up to the mean response time; quantiles " +
        `do not. Time that no stage accounts for is shown as ${rest}.`,
    },
    ...steadyScenarios(source).flatMap(({ name }) => scenarioBlocks(source, name)),
  ];
}

function scenarioBlocks(source: Source, scenario: string): Block[] {
  const cells = armsOf(source.plan).flatMap(({ variant, arm }): Cell[] => {
    const index = source.analysis.stages.findIndex(
      (cell) => cell.scenario === scenario && cell.variant === variant && cell.arm === arm,
    );
    return index < 0 ? [] : [{ label: armLabel(variant, arm), index, cell: source.analysis.stages[index]! }];
  });
  const shown = cells.filter(({ cell }) => cell.why === "");
  if (shown.length === 0) {
    const why = [...new Set(cells.map(({ label, cell }) => `${label}: ${cell.why}`))];
    return cells.length === 0 ? [] : [{ kind: "paragraph", text: `Under ${scenario}: ${why.join("; ")}.` }];
  }
  return [
    {
      kind: "chart",
      title: `Under ${scenario}, where the mean request's time goes.`,
      description: `One bar for each variant, stacked from the stages of a request under ${scenario} in the order in which it passes them.`,
      legend: drawnParts.map((part) => ({ label: looks[part].name, style: swatch(looks[part].colour) })),
      draw: (width) =>
        drawStages(
          {
            bars: shown.map(({ label, cell }) => ({
              label,
              parts: drawnParts.map((part) => ({ ...looks[part], ms: meanOf(cell, part) })),
            })),
          },
          width,
        ),
      data: table(source, scenario, cells),
    },
  ];
}

function table({ cite }: Source, scenario: string, cells: readonly Cell[]): Table {
  const parts = cells[0]!.cell.parts;
  return {
    kind: "table",
    caption: `Stages of a request under ${scenario}: mean, p50 and p99 over valid trials, with the mean's t interval`,
    columns: [
      textColumn("Stage"),
      ...cells.flatMap(({ label }) => [
        numberColumn(`${label}: mean, ms`),
        numberColumn("p50, ms"),
        numberColumn("p99, ms"),
      ]),
    ],
    rows: [
      ...parts.map(({ part }, row) => ({
        cells: [
          Object.hasOwn(looks, part) ? looks[part as Part].name : part,
          ...cells.flatMap(({ cell, index }) => {
            const place = ["stages", index, "parts", row];
            const { mean, p50, p99 } = cell.parts[row]!;
            return [
              citeInterval(cite.analysis, [...place, "mean"], mean, formats.magnitude, cell.why),
              orDash(
                cite.analysis([...place, ...(p50 === null ? ["p50"] : ["p50", "value"])], formats.magnitude),
              ),
              orDash(
                cite.analysis([...place, ...(p99 === null ? ["p99"] : ["p99", "value"])], formats.magnitude),
              ),
            ];
          }),
        ],
      })),
      {
        cells: [
          "no named stage, share",
          ...cells.flatMap(({ cell, index }) => [
            citeInterval(
              cite.analysis,
              ["stages", index, "unnamed"],
              cell.unnamed,
              formats.percent,
              cell.why,
            ),
            "",
            "",
          ]),
        ],
      },
      {
        cells: [
          "texts in a run",
          ...cells.flatMap(({ cell, index }) => [
            citeInterval(
              cite.analysis,
              ["stages", index, "runTexts"],
              cell.runTexts,
              formats.magnitude,
              cell.why,
            ),
            "",
            "",
          ]),
        ],
      },
    ],
  };
}

function meanOf(cell: Cell["cell"], part: Part): number {
  return cell.parts.find((known) => known.part === part)!.mean!.value;
}

function swatch(colour: string): Style {
  return { colour, dash: "", symbol: "area", hollow: false, line: false };
}

function mixed(variable: string, percent: number): string {
  return percent === 100
    ? `var(${variable})`
    : `color-mix(in srgb, var(${variable}) ${percent}%, var(--surface))`;
}
