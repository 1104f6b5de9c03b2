/** The tables of the recovery: times, losses, what the generator suffered, what was seen, and every injection. */
import type { MedianEstimate, RecoveryCell } from "../../recovery/result.ts";
import { armLabel } from "../arm.ts";
import { orDash, type Place } from "../cite.ts";
import {
  type Block,
  type Column,
  type Inline,
  numberColumn,
  type Row,
  type Table,
  type Text,
  textColumn,
} from "../document.ts";
import { formats } from "../numbers.ts";
import type { Source } from "../source.ts";

export interface PlacedCell {
  readonly cell: RecoveryCell;
  readonly index: number;
}

export function recoveryAnchor({ scenario, variant, arm }: RecoveryCell): string {
  return `recovery/${scenario}/${variant}${arm === "aa" ? "/aa" : ""}`;
}

const armColumns = [textColumn("Scenario"), textColumn("Arm"), textColumn("Replicas")];

function armCells({ scenario, variant, arm, replicas }: RecoveryCell): Text[] {
  return [scenario, armLabel(variant, arm), replicas.join(", ")];
}

export function timesTable(source: Source, cells: readonly PlacedCell[]): Table {
  const { cite } = source;
  const times = [
    ["time-to-sustained", "Sustained level, ms"],
    ["time-to-detect", "First bad request, ms"],
    ["time-to-first-success", "First success, ms"],
    ["downtime", "Without any answer, ms"],
    ["drain-time", "Backlog drained in, ms"],
    ["drain-predicted", "Open loop predicts, ms"],
  ] as const;
  return {
    kind: "table",
    caption:
      "Recovery: medians over injections [interval]; – is beyond what was observed. Sustained is the scheduled instant of " +
      "the first request from which on the level held, first success the instant of an answer",
    columns: [
      ...armColumns,
      numberColumn("Injections"),
      numberColumn("Level broken"),
      numberColumn("Back"),
      ...times.map(([, head]) => numberColumn(head)),
      numberColumn("Level"),
    ],
    rows: cells.map(({ cell, index }) => {
      const at = (...rest: (string | number)[]) => ["recovery", "cells", index, ...rest];
      return {
        id: recoveryAnchor(cell),
        cells: [
          ...armCells(cell),
          [
            cite.analysis(at("injections", "measured"), formats.count),
            " of ",
            cite.analysis(at("injections", "planned"), formats.count),
          ],
          cite.analysis(at("injections", "broken"), formats.count),
          cite.analysis(at("injections", "sustained"), formats.count),
          ...times.map(([name]) => median(source, at("measures", name), cell.measures[name]!)),
          cell.measures["time-to-sustained"]!.median === null
            ? "–"
            : cite.analysis(at("measures", "time-to-sustained", "median", "level"), formats.level),
        ],
      };
    }),
  };
}

export function lossTable(source: Source, cells: readonly PlacedCell[]): Table {
  const { cite } = source;
  return {
    kind: "table",
    caption:
      "What was lost, over all measured injections: offered = ok + late + failed + lost. Ok is on time; lost is without any " +
      "answer; the deficit is the median of an injection [interval], in requests",
    columns: [
      ...armColumns,
      ...["Injections", "Offered", "Ok", "Late", "Failed", "Lost"].map(numberColumn),
      numberColumn("Goodput deficit"),
      numberColumn("Answered twice"),
      numberColumn("Wrong answers"),
    ],
    rows: cells.map(({ cell, index }) => {
      const at = (...rest: (string | number)[]) => ["recovery", "cells", index, ...rest];
      return {
        cells: [
          ...armCells(cell),
          cite.analysis(at("injections", "measured"), formats.count),
          ...(["offered", "ok", "late", "failed", "lost"] as const).map((key) =>
            cite.analysis(at("account", key), formats.count),
          ),
          median(source, at("measures", "goodput-deficit"), cell.measures["goodput-deficit"]!),
          cite.analysis(at("measures", "duplicate-answers", "total"), formats.count),
          cite.analysis(at("measures", "wrong-answers", "total"), formats.count),
        ],
      };
    }),
  };
}

export function generatorTable(source: Source, cells: readonly PlacedCell[]): Table {
  const { cite } = source;
  return {
    kind: "table",
    caption:
      "What the load generator suffered: the largest lateness of a send within an injection's window, median over injections " +
      "[interval], and requests that it never sent. It is part of the response times",
    columns: [
      ...armColumns,
      numberColumn("Injections"),
      numberColumn("Largest lateness, ms"),
      numberColumn("Never sent"),
    ],
    rows: cells.map(({ cell, index }) => {
      const at = (...rest: (string | number)[]) => ["recovery", "cells", index, ...rest];
      return {
        cells: [
          ...armCells(cell),
          cite.analysis(at("injections", "measured"), formats.count),
          median(source, at("measures", "generator-lateness"), cell.measures["generator-lateness"]!),
          cite.analysis(at("measures", "unsent-requests", "total"), formats.count),
        ],
      };
    }),
  };
}

/** What the process or the API server was seen to do; left out where nothing was. */
export function eventTable({ cite }: Source, cells: readonly PlacedCell[]): Block[] {
  const rows = cells.flatMap(({ cell, index }): Row[] =>
    cell.events.map(({ source: origin, kind }, position) => {
      const at = (key: string) => ["recovery", "cells", index, "events", position, key];
      return {
        cells: [
          ...armCells(cell),
          origin,
          kind,
          cite.analysis(at("medianMs"), formats.magnitude),
          cite.analysis(at("n"), formats.count),
        ],
      };
    }),
  );
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      caption: "What was seen of the service, median time from the injection to the first of its kind",
      summary: `What was seen of the service (${rows.length} rows)`,
      columns: [
        ...armColumns,
        textColumn("Seen by"),
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
    textColumn("Not in the figures"),
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

/** `5.92 [5.00, –]`: a bound beyond what was observed is a dash. */
export function median(
  { cite }: Source,
  at: Place,
  { median: found, why }: { readonly median: MedianEstimate | null; readonly why: string },
): Inline[] {
  const place = [...at, "median"];
  // Of a measure that no injection has, the row itself says why: its level was never broken.
  if (found === null) {
    const figure = cite.analysis(place, formats.magnitude, why);
    return [why === "no request was hit" || why === "no outage that ended" ? orDash(figure) : figure];
  }
  const bound = (key: "value" | "low" | "high") => orDash(cite.analysis([...place, key], formats.magnitude));
  return [bound("value"), " [", bound("low"), ", ", bound("high"), "]"];
}
