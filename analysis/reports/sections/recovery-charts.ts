/** The chart of each disruption: every repeat aligned at its injection, with their median. */
import { leadSeconds } from "../../recovery/injection/aligned.ts";
import type { InjectionResult } from "../../schema/recovery.ts";
import { drawRecovery, type RecoveryPanel } from "../charts/recovery.ts";
import { armLabel, armsOf, styleOf, swatches } from "../parts/arm.ts";
import {
  type Chart,
  type Inline,
  numberColumn,
  type Table,
  type Text,
  textColumn,
} from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import type { PlacedCell } from "./recovery-tables.ts";

/** Shown beyond the last return: so that one sees that it holds. */
const beyondSeconds = 4;

export function alignedChart(source: Source, scenario: string, cells: readonly PlacedCell[]): Chart {
  const arms = armsOf(source.plan);
  const shown = cells.filter(({ cell }) => cell.series.length > 0);
  const panels = shown.map(({ cell }): RecoveryPanel => {
    const binSeconds = binOf(cell.series);
    return {
      label: armLabel(cell.variant, cell.arm),
      style: styleOf(arms, cell),
      binSeconds,
      median: cell.series,
      repeats: injectionsOf(source, cell).flatMap(({ series }) =>
        series === null
          ? []
          : [
              {
                ...series,
                at: series.badShare.map((_, bin) => ({ atSeconds: bin * binSeconds - leadSeconds })),
              },
            ],
      ),
    };
  });
  return {
    kind: "chart",
    title: alignedTitle(source, scenario, shown),
    description:
      `Response time and the share of requests that were not on time, against the time since the injection, under ${scenario}: ` +
      "every repeat as a thin line, their median as a thick one with the quartiles as a band.",
    legend: [
      ...swatches(arms).filter(({ label }) => panels.some((panel) => panel.label === label)),
      {
        label: "quartiles",
        style: { colour: "var(--band)", dash: "", symbol: "area", hollow: false, line: false },
      },
    ],
    draw: (width) =>
      drawRecovery(
        {
          panels,
          sloMs: source.plan.study.slo.responseMs,
          fromSeconds: -leadSeconds,
          toSeconds: endSeconds(source, shown),
        },
        width,
      ),
    data: alignedTable(source, scenario, shown),
  };
}

function binOf(series: readonly { readonly atSeconds: number }[]): number {
  const [first, second] = series;
  return first === undefined || second === undefined
    ? 1
    : Number((second.atSeconds - first.atSeconds).toFixed(6));
}

export function injectionsOf(
  { analysis }: Source,
  { scenario, variant, arm }: PlacedCell["cell"],
): InjectionResult[] {
  return analysis.recovery!.injections.filter(
    (injection) => injection.scenario === scenario && injection.variant === variant && injection.arm === arm,
  );
}

/** To a little beyond the last return, and as far as there is something to see where one did not come back. */
function endSeconds(source: Source, cells: readonly PlacedCell[]): number {
  const last = Math.max(...cells.flatMap(({ cell }) => cell.series.map(({ atSeconds }) => atSeconds)));
  const returns = cells.flatMap(({ cell }) =>
    injectionsOf(source, cell).flatMap(({ values }) => {
      const value = values["time-to-sustained"]?.value;
      return value === null || value === undefined ? [] : [value / 1000];
    }),
  );
  return Math.min(last, Math.max(leadSeconds, ...returns) + beyondSeconds);
}

function alignedTitle({ cite }: Source, scenario: string, cells: readonly PlacedCell[]): Text {
  const parts = cells.flatMap(({ cell, index }): Inline[][] => {
    if (cell.arm === "aa") return [];
    const { measured, broken, sustained } = cell.injections;
    const at = (key: string) => cite.analysis(["recovery", "cells", index, "injections", key], formats.count);
    if (broken === 0)
      return [[`${cell.variant} held its service level through all `, at("measured"), " injections"]];
    const found = cell.measures["time-to-sustained"]!.median;
    if (found === null || found.value === null) {
      return [[`${cell.variant} recovered from `, at("sustained"), " of ", at("broken"), " injections"]];
    }
    const middle = cite.analysis(
      ["recovery", "cells", index, "measures", "time-to-sustained", "median", "value"],
      formats.magnitude,
    );
    const hit: Inline[] =
      broken < measured ? [" (broken in ", at("broken"), " of ", at("measured"), ")"] : [];
    const never: Inline[] =
      sustained < broken ? [", ", at("sustained"), " of ", at("broken"), " recovered"] : [];
    return [[`${cell.variant} after `, middle, " ms", ...hit, ...never]];
  });
  if (parts.length === 0) return `${scenario}: nothing was measured.`;
  return [
    `${scenario}, median time to the sustained service level: `,
    ...parts.flatMap((part, index): Inline[] => (index === 0 ? part : ["; ", ...part])),
    ".",
  ];
}

function alignedTable({ cite }: Source, scenario: string, cells: readonly PlacedCell[]): Table {
  const names = ["responseMs", "responseLowMs", "responseHighMs"] as const;
  return {
    kind: "table",
    caption: `Medians over injections under ${scenario}, by time since the injection`,
    elsewhere: "analysis.json, under recovery, cells and series",
    columns: [
      textColumn("Arm"),
      numberColumn("From, s"),
      numberColumn("Injections"),
      numberColumn("Response, ms"),
      numberColumn("Lower quartile"),
      numberColumn("Upper quartile"),
      numberColumn("Not on time"),
      numberColumn("Generator late, ms"),
    ],
    rows: cells.flatMap(({ cell, index }) =>
      cell.series.map((_, bin) => {
        const at = (key: string) => ["recovery", "cells", index, "series", bin, key];
        return {
          cells: [
            armLabel(cell.variant, cell.arm),
            cite.analysis(at("atSeconds"), formats.exact),
            cite.analysis(at("n"), formats.count),
            ...names.map((name) => cite.analysis(at(name), formats.magnitude, "no answer")),
            cite.analysis(at("badShare"), formats.percent),
            cite.analysis(at("latenessMs"), formats.magnitude, "nothing sent"),
          ],
        };
      }),
    ),
  };
}
