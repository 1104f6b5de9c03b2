/**
 * The curve of injections not yet recovered from: Kaplan-Meier, drawn where at least one did not recover while it was
 * observed.
 */

import { drawNotYet, type NotYetLine } from "../charts/survival.ts";
import { armLabel, armsOf, styleOf, swatches } from "../parts/arm.ts";
import { type Chart, numberColumn, type Table, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { injectionsOf } from "./recovery-charts.ts";
import type { PlacedCell } from "./recovery-tables.ts";

export function notYetChart(source: Source, scenario: string, cells: readonly PlacedCell[]): Chart {
  const arms = armsOf(source.plan);
  const shown = cells.filter(({ cell }) => cell.injections.measured > 0);
  return {
    kind: "chart",
    title: [
      `${scenario}: share of the injections after which the service level is not yet restored. A cross marks the end of an observation.`,
    ],
    description: `Kaplan-Meier curves with their bands under ${scenario}, one line for each arm.`,
    legend: swatches(
      arms.filter(({ label }) => shown.some(({ cell }) => label === armLabel(cell.variant, cell.arm))),
    ).map(({ label, style }) => ({ label, style: { ...style, hollow: true } })),
    draw: (width) =>
      drawNotYet(
        shown.map(({ cell }) => lineOf(source, cell)),
        width,
      ),
    data: notYetTable(source, scenario, shown),
  };
}

function lineOf(source: Source, cell: PlacedCell["cell"]): NotYetLine {
  const watched = injectionsOf(source, cell).flatMap(({ values }) => {
    const found = values["time-to-sustained"];
    return found === undefined || found.value === null ? [] : [{ ...found, value: found.value }];
  });
  const shareAt = (ms: number) => cell.notYet.findLast((step) => step.ms <= ms);
  const endMs = Math.max(...watched.map(({ value }) => value));
  const last = cell.notYet.at(-1);
  const steps = [
    { ms: 0, share: 1, low: 1, high: 1 },
    ...cell.notYet,
    ...(last === undefined ? [{ ms: endMs, share: 1, low: 1, high: 1 }] : [{ ...last, ms: endMs }]),
  ];
  return {
    style: styleOf(armsOf(source.plan), cell),
    steps: steps.map(({ ms, ...step }) => ({ atSeconds: ms / 1000, ...step })),
    censored: watched
      .filter(({ censored }) => censored)
      .map(({ value }) => ({ atSeconds: value / 1000, share: shareAt(value)?.share ?? 1 })),
  };
}

function notYetTable({ cite }: Source, scenario: string, cells: readonly PlacedCell[]): Table {
  return {
    kind: "table",
    caption: `Kaplan-Meier estimate under ${scenario}: share not yet restored just after each recovery, with its band`,
    columns: [
      textColumn("Arm"),
      numberColumn("After, ms"),
      numberColumn("At risk"),
      numberColumn("Not yet restored [band]"),
    ],
    rows: cells.flatMap(({ cell, index }) =>
      cell.notYet.length === 0
        ? [{ cells: [armLabel(cell.variant, cell.arm), "–", "–", "none recovered"] }]
        : cell.notYet.map((_, step) => {
            const at = (key: string) => ["recovery", "cells", index, "notYet", step, key];
            return {
              cells: [
                armLabel(cell.variant, cell.arm),
                cite.analysis(at("ms"), formats.magnitude),
                cite.analysis(at("atRisk"), formats.count),
                cell.notYet[step]!.low === null
                  ? cite.analysis(at("share"), formats.percent)
                  : [
                      cite.analysis(at("share"), formats.percent),
                      " [",
                      cite.analysis(at("low"), formats.percent),
                      ", ",
                      cite.analysis(at("high"), formats.percent),
                      "]",
                    ],
              ],
            };
          }),
    ),
  };
}
