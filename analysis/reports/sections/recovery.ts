import { type Block, type Inline, plain } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { alignedChart } from "./recovery-charts.ts";
import { eventTable, generatorTable, injectionTable } from "./recovery-evidence.ts";
import { notYetChart } from "./recovery-not-yet.ts";
import { lossTable, type PlacedCell, recoveryAnchor, timesTable } from "./recovery-tables.ts";
import type { Section } from "./section.ts";

export const recovery: Section = {
  title: "Disruptions and recovery",
  build(source) {
    const { analysis, plan } = source;
    if (analysis.recovery === null) return [];
    const cells = analysis.recovery.cells.map((cell, index) => ({ cell, index }));
    return [
      { kind: "paragraph", aside: true, text: rules(source) },
      {
        kind: "list",
        items: cells.map(({ cell }) => ({ text: sentence(cell) })),
      },
      timesTable(source, cells),
      lossTable(source, cells),
      ...plan.study.scenarios
        .filter(({ disruption }) => disruption !== undefined)
        .flatMap(({ name, description }) => pictures(source, name, description, cells)),
      generatorTable(source, cells),
      ...notes(cells),
      ...eventTable(source, cells),
      injectionTable(source),
    ];
  },
};

/** The cell's own sentence; what it is about links to its row. */
function sentence(cell: PlacedCell["cell"]): Inline[] {
  const end = cell.sentence.indexOf(": ");
  return [
    { kind: "link", text: cell.sentence.slice(0, end), to: recoveryAnchor(cell) },
    cell.sentence.slice(end),
  ];
}

function rules({ cite }: Source) {
  const rule = (key: string) => cite.analysis(["recovery", "rules", key], formats.exact);
  return [
    "The service level is the share of requests on time in a moving window of ",
    rule("windowSeconds"),
    " s of the schedule. It is broken where it falls below that of up to ",
    rule("beforeSeconds"),
    " s before the injection by more than chance explains, and sustained from the first request on from which it holds for ",
    rule("holdSeconds"),
    " s. A scenario with a disruption has no steady-state figures elsewhere in this report: a mixture of a service that runs " +
      "and one that is down depends on how often it was struck. Where trials hold several injections, an interval is over " +
      "blocks, of which each gives one. The prediction of the drain is downtime ρ / (1 − ρ), for an " +
      "outage in which every request waits.",
  ];
}

function pictures(
  source: Source,
  scenario: string,
  description: string,
  cells: readonly PlacedCell[],
): Block[] {
  const here = cells.filter(({ cell }) => cell.scenario === scenario);
  const isWatchedTooShort = here.some(({ cell }) => cell.injections.sustained < cell.injections.broken);
  return [
    { kind: "heading", id: `recovery-${scenario}`, text: `${scenario}: ${description}` },
    ...(here.some(({ cell }) => cell.series.length > 1)
      ? [alignedChart(source, scenario, here)]
      : [{ kind: "paragraph" as const, text: "No injection was measured." }]),
    ...(isWatchedTooShort ? [notYetChart(source, scenario, here)] : []),
  ];
}

function notes(cells: readonly PlacedCell[]): Block[] {
  const items = cells.flatMap(({ cell }) =>
    cell.notes.map((note) => ({ text: `${cell.scenario}, ${plain(cell.variant)}: ${note}.` })),
  );
  return items.length === 0 ? [] : [{ kind: "list", items, summary: `Notes (${items.length})` }];
}
