import { type IntervalGroup, intervalChart } from "../charts/intervals.ts";
import { armLabel, armsOf, styleOf, swatches } from "../parts/arm.ts";
import {
  type Block,
  type Inline,
  numberColumn,
  plain,
  type Table,
  type Text,
  textColumn,
} from "../parts/document.ts";
import { type Format, formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { cellsOf, citeValue, measuredIn, steadyScenarios } from "./cells.ts";
import type { Section } from "./section.ts";

export const throughput: Section = {
  title: "Throughput and goodput",
  build(source) {
    if (source.analysis.counts.valid === 0) return [];
    return [...(isSteadyMeasured(source) ? figures(source) : []), counts(source)];
  },
};

function isSteadyMeasured(source: Source): boolean {
  return steadyScenarios(source).some(({ name }) =>
    cellsOf(source, name).some(({ cell }) => cell.trials.valid > 0),
  );
}

function figures(source: Source): Block[] {
  return [
    {
      kind: "paragraph",
      aside: true,
      text: [
        "Goodput is the share of the offered requests that succeeded within ",
        source.cite.plan(["study", "slo", "responseMs"], formats.exact),
        " ms; failures count against it. In open loop a variant that keeps up answers what it is offered, whatever its " +
          "speed: throughput tells variants apart only once one of them is overloaded.",
      ],
    },
    ...metrics.map((metric) => chart(source, metric)),
  ];
}

const metrics = ["goodput", "throughput"] as const;
type Shown = (typeof metrics)[number];

const words: Readonly<Record<Shown, { axis: string; caption: string; format: Format }>> = {
  goodput: {
    axis: "goodput, % of the offered requests",
    caption: "Goodput, share of the offered requests: mean over valid trials with its t interval",
    format: formats.percent,
  },
  throughput: {
    axis: "throughput, answers per second",
    caption: "Throughput, answers per second: geometric mean over valid trials with its t interval on logs",
    format: formats.magnitude,
  },
};

function chart(source: Source, metric: Shown): Block {
  const { plan } = source;
  const { axis, format } = words[metric];
  const arms = armsOf(plan);
  const scale = metric === "goodput" ? 100 : 1;
  const groups = steadyScenarios(source).map(
    ({ name }): IntervalGroup => ({
      title: name,
      rows: cellsOf(source, name).map((at) => {
        const found = measuredIn(source, at, metric);
        const style = styleOf(arms, at.cell);
        return {
          label: armLabel(at.cell.variant, at.cell.arm),
          marks:
            found === null
              ? []
              : [
                  {
                    ...{ value: found.value * scale, low: found.low * scale, high: found.high * scale },
                    style: { ...style, hollow: style.hollow || found.single },
                  },
                ],
          note: plain(citeValue(source, at, metric, format)),
        };
      }),
    }),
  );
  return intervalChart({
    title: title(source, metric),
    description: `Mean ${metric} over valid trials with its interval, for each variant under each scenario.`,
    groups: groups.filter(({ rows }) => rows.length > 0),
    axis: { label: axis, log: false },
    legend: swatches(arms).map(({ label, style }) => ({ label, style: { ...style, line: false } })),
    data: table(source, metric),
  });
}

/** Goodput: the cells that answer the smallest and the largest share on time. Throughput: the overloaded cells. */
function title(source: Source, metric: Shown): Text {
  const { analysis, cite } = source;
  const main = analysis.cells
    .map((cell, index) => ({ cell, index }))
    .filter(({ cell }) => cell.arm === "main");
  if (metric === "goodput") {
    const known = main.flatMap((at) => {
      const found = measuredIn(source, at, "goodput");
      return found === null ? [] : [{ ...found, cell: at.cell }];
    });
    const ordered = known.sort((a, b) => a.value - b.value);
    const [worst, best] = [ordered[0], ordered.at(-1)];
    if (worst === undefined || best === undefined) return "No trial is valid.";
    const named = ({ cell, place, single }: typeof worst): Inline[] => [
      cite.analysis(place, formats.percent),
      ` (${cell.variant} under ${cell.scenario}${single ? ", one trial" : ""})`,
    ];
    return ["Answered in time: from ", ...named(worst), " to ", ...named(best), "."];
  }
  const saturated = main.filter(({ cell }) => cell.trials.saturated > 0).map(({ cell }) => cell);
  if (saturated.length === 0)
    return main.some(({ cell }) => cell.trials.valid > 0)
      ? "No variant was overloaded."
      : "No trial is valid.";
  const who = saturated.map(
    ({ variant, scenario, trials }) =>
      `${variant} under ${scenario} in ${trials.saturated} of ${trials.planned} trials`,
  );
  return `Overloaded, so that throughput is capacity: ${who.join("; ")}.`;
}

function table(source: Source, metric: Shown): Table {
  const { cite } = source;
  const { caption, format } = words[metric];
  return {
    kind: "table",
    caption,
    columns: [
      textColumn("Scenario"),
      textColumn("Variant"),
      numberColumn(`${metric} [interval]`),
      numberColumn("Valid trials"),
      numberColumn("Of these saturated"),
    ],
    rows: steadyScenarios(source).flatMap(({ name }) =>
      cellsOf(source, name).map((at) => {
        const { cell, index } = at;
        return {
          cells: [
            name,
            armLabel(cell.variant, cell.arm),
            citeValue(source, at, metric, format),
            cite.analysis(["cells", index, "trials", "valid"], formats.count),
            cite.analysis(["cells", index, "trials", "saturated"], formats.count),
          ],
        };
      }),
    ),
  };
}

/** Requests of every trial by outcome: goodput can be recomputed from it. */
function counts({ analysis, cite }: Source): Table {
  return {
    kind: "table",
    summary: "Requests of every trial by outcome",
    caption: "Requests in the measured window by outcome; late ones are ok but beyond the limit",
    elsewhere: "analysis.json, under trials and counts",
    columns: [
      textColumn("Trial"),
      numberColumn("Rate, 1/s"),
      numberColumn("Offered"),
      numberColumn("Ok"),
      numberColumn("Of these late"),
      numberColumn("Failed"),
      textColumn("Failed as"),
    ],
    rows: analysis.trials.map((trial, index) => ({
      cells: [
        trial.id,
        cite.analysis(["trials", index, "ratePerSecond"], formats.magnitude),
        ...(["offered", "ok", "late", "failed"] as const).map((key) =>
          cite.analysis(["trials", index, "counts", key], formats.count),
        ),
        Object.keys(trial.counts.byOutcome)
          .filter((outcome) => outcome !== "ok" && trial.counts.byOutcome[outcome]! > 0)
          .flatMap((outcome, position) => [
            `${position === 0 ? "" : ", "}${outcome} `,
            cite.analysis(["trials", index, "counts", "byOutcome", outcome], formats.count),
          ]),
      ],
    })),
  };
}
