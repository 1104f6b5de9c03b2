import { type IntervalGroup, intervalChart } from "../charts/intervals.ts";
import { armLabel, armsOf, styleOf, swatches } from "../parts/arm.ts";
import { citeInterval } from "../parts/cite.ts";
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
import { cellsOf, steadyScenarios } from "./cells.ts";
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
  const { plan, cite } = source;
  const { axis, format } = words[metric];
  const arms = armsOf(plan);
  const scale = metric === "goodput" ? 100 : 1;
  const groups = steadyScenarios(source).map(
    ({ name }): IntervalGroup => ({
      title: name,
      rows: cellsOf(source, name).map(({ cell, index }) => {
        const estimate = cell.metrics[metric]?.estimate ?? null;
        const place = ["cells", index, "metrics", metric, "estimate"];
        const { value, low, high } = estimate ?? { value: 0, low: 0, high: 0 };
        return {
          label: armLabel(cell.variant, cell.arm),
          marks:
            estimate === null
              ? []
              : [{ value: value * scale, low: low * scale, high: high * scale, style: styleOf(arms, cell) }],
          note: plain(citeInterval(cite.analysis, place, estimate, format)),
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

/** Goodput: the cells that answer the smallest and the largest share in time. Throughput: who was overloaded. */
function title({ analysis, cite }: Source, metric: Shown): Text {
  const main = analysis.cells
    .map((cell, index) => ({ cell, index }))
    .filter(({ cell }) => cell.arm === "main");
  if (metric === "goodput") {
    const estimated = main.flatMap(({ cell, index }) => {
      const estimate = cell.metrics.goodput?.estimate;
      return estimate === null || estimate === undefined ? [] : [{ cell, index, share: estimate.value }];
    });
    const ordered = estimated.sort((a, b) => a.share - b.share);
    const [worst, best] = [ordered[0], ordered.at(-1)];
    if (worst === undefined || best === undefined) return "Nothing was measured.";
    const named = ({ cell, index }: typeof worst): Inline[] => [
      cite.analysis(["cells", index, "metrics", "goodput", "estimate", "value"], formats.percent),
      ` (${cell.variant} under ${cell.scenario})`,
    ];
    return ["Answered in time: from ", ...named(worst), " to ", ...named(best), "."];
  }
  const saturated = main.filter(({ cell }) => cell.trials.saturated > 0).map(({ cell }) => cell);
  if (saturated.length === 0)
    return main.some(({ cell }) => cell.trials.valid > 0)
      ? "No variant was overloaded."
      : "Nothing was measured.";
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
      cellsOf(source, name).map(({ cell, index }) => {
        const found = cell.metrics[metric];
        const place = ["cells", index, "metrics", metric, "estimate"];
        return {
          cells: [
            name,
            armLabel(cell.variant, cell.arm),
            found === undefined
              ? "not measured"
              : citeInterval(cite.analysis, place, found.estimate, format, found.why),
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
