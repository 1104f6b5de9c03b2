/** The main tables of the recovery: times and losses. */
import type { MedianEstimate, RecoveryCell } from "../../schema/recovery.ts";
import { armLabel } from "../parts/arm.ts";
import { orDash, type Place } from "../parts/cite.ts";
import { type Inline, numberColumn, type Row, type Table, type Text, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";

export interface PlacedCell {
  readonly cell: RecoveryCell;
  readonly index: number;
}

export function recoveryAnchor({ scenario, variant, arm }: RecoveryCell): string {
  return `recovery/${scenario}/${variant}${arm === "aa" ? "/aa" : ""}`;
}

export const armColumns = [textColumn("Scenario"), textColumn("Arm"), textColumn("Replicas")];

export function armCells({ scenario, variant, arm, replicas }: RecoveryCell): Text[] {
  return [scenario, armLabel(variant, arm), replicas.join(", ")];
}

/** A row for each cell: its arm, then what is printed of its figures, each found by where it stands below the cell. */
export function cellRows(
  cells: readonly PlacedCell[],
  printed: (cell: RecoveryCell, at: (...below: Place) => Place) => readonly Text[],
  anchor?: (cell: RecoveryCell) => string,
): Row[] {
  return cells.map(({ cell, index }) => ({
    ...(anchor && { id: anchor(cell) }),
    cells: [...armCells(cell), ...printed(cell, (...below) => ["recovery", "cells", index, ...below])],
  }));
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
    rows: cellRows(
      cells,
      (cell, at) => [
        [
          cite.analysis(at("injections", "measured"), formats.count),
          " of ",
          cite.analysis(at("injections", "planned"), formats.count),
        ],
        cite.analysis(at("injections", "broken"), formats.count),
        cite.analysis(at("injections", "sustained"), formats.count),
        ...times.map(([name]) => median(source, at("measures", name), cell.measures[name]!)),
        (cell.measures["time-to-sustained"]!.median?.level ?? null) === null
          ? "–"
          : cite.analysis(at("measures", "time-to-sustained", "median", "level"), formats.level),
      ],
      recoveryAnchor,
    ),
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
    rows: cellRows(cells, (cell, at) => [
      cite.analysis(at("injections", "measured"), formats.count),
      ...(["offered", "ok", "late", "failed", "lost"] as const).map((key) =>
        cite.analysis(at("account", key), formats.count),
      ),
      median(source, at("measures", "goodput-deficit"), cell.measures["goodput-deficit"]!),
      cite.analysis(at("measures", "duplicate-answers", "total"), formats.count),
      cite.analysis(at("measures", "wrong-answers", "total"), formats.count),
    ]),
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
  if (found.interval === "none") return [bound("value"), " (no interval)"];
  return [bound("value"), " [", bound("low"), ", ", bound("high"), "]"];
}
