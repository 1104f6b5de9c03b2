/** The evidence behind the recovery figures: the generator's lateness, the observed events, and every injection. */
import { orDash } from "../parts/cite.ts";
import {
  type Block,
  type Column,
  numberColumn,
  type Row,
  type Table,
  type Text,
  textColumn,
} from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { armCells, armColumns, cellRows, median, type PlacedCell } from "./recovery-tables.ts";

export function generatorTable(source: Source, cells: readonly PlacedCell[]): Table {
  const { cite } = source;
  return {
    kind: "table",
    caption:
      "Lateness of the load generator: the largest within an injection's window, median over injections " +
      "[interval], and requests never sent. The lateness is part of the response times",
    columns: [
      ...armColumns,
      numberColumn("Injections"),
      numberColumn("Largest lateness, ms"),
      numberColumn("Never sent"),
    ],
    rows: cellRows(cells, (cell, at) => [
      cite.analysis(at("injections", "measured"), formats.count),
      median(source, at("measures", "generator-lateness"), cell.measures["generator-lateness"]!),
      cite.analysis(at("measures", "unsent-requests", "total"), formats.count),
    ]),
  };
}

/** What the process or the API server was seen to do; left out where nothing was. */
export function eventTable(source: Source, cells: readonly PlacedCell[]): Block[] {
  const { cite } = source;
  const rows = cells.flatMap(({ cell, index }): Row[] =>
    cell.events.map((event, position) => {
      const at = ["recovery", "cells", index, "events", position];
      return {
        cells: [
          ...armCells(cell),
          event.source,
          event.kind,
          median(source, at, event),
          cite.analysis([...at, "n"], formats.count),
        ],
      };
    }),
  );
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      caption: "Events observed in the service: median time from the injection to the first of each kind",
      summary: `Events observed in the service (${rows.length} rows)`,
      columns: [
        ...armColumns,
        textColumn("Observed by"),
        textColumn("Event"),
        numberColumn("After, ms"),
        numberColumn("Injections"),
      ],
      rows,
    },
  ];
}

export function injectionTable({ analysis, cite }: Source): Table {
  const { injections } = analysis.recovery!;
  const values: readonly [string, string][] = [
    ["time-to-detect", "First bad request, ms"],
    ["time-to-first-success", "First success, ms"],
    ["time-to-sustained", "Sustained level, ms"],
    ["drain-time", "Drained in, ms"],
    ["drain-predicted", "Predicted, ms"],
  ];
  const accounts = ["offered", "ok", "late", "failed", "lost"] as const;
  const columns: Column[] = [
    textColumn("Trial"),
    numberColumn("Injection"),
    textColumn("How"),
    ...values.map(([, head]) => numberColumn(head)),
    ...["Offered", "Ok", "Late", "Failed", "Lost"].map(numberColumn),
    textColumn("Excluded because"),
  ];
  return {
    kind: "table",
    caption: "Every injection; ≥ is a lower bound, since the observation ended first",
    summary: `Every injection (${injections.length} rows)`,
    elsewhere: "injections.csv",
    columns,
    rows: injections.map((injection, index) => ({
      cells: [
        injection.trial,
        cite.analysis(["recovery", "injections", index, "index"], formats.count),
        injection.mechanism,
        ...values.map(([name]): Text => {
          const found = injection.values[name];
          if (found === undefined) return "–";
          const figure = orDash(
            cite.analysis(["recovery", "injections", index, "values", name, "value"], formats.magnitude),
          );
          return found.censored ? ["≥ ", figure] : figure;
        }),
        ...accounts.map((key) =>
          injection.account === null
            ? "–"
            : cite.analysis(["recovery", "injections", index, "account", key], formats.count),
        ),
        injection.excluded,
      ],
    })),
  };
}
