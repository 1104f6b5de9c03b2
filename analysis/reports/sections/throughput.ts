import { armLabel, armsOf, swatches } from "../arm.ts";
import { type IntervalGroup, intervalChart } from "../charts/intervals.ts";
import { citeInterval } from "../cite.ts";
import { type Block, numberColumn, plain, type Table, textColumn } from "../document.ts";
import { formats } from "../numbers.ts";
import type { Source } from "../source.ts";
import { type Cell, cellsOf } from "./cells.ts";
import type { Section } from "./section.ts";

export const throughput: Section = {
  title: "Throughput and goodput",
  build(source) {
    const scenarios = source.plan.study.scenarios.filter(({ name }) => cellsOf(source, name).length > 0);
    if (scenarios.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text: [
          "Throughput counts answers, goodput only those within the limit of ",
          source.cite.plan(["study", "slo", "responseMs"], formats.exact),
          " ms, failures counting as late. In open loop a variant that keeps up answers what it is offered, whatever its " +
            "speed. A saturated cell has no average.",
        ],
      },
      chart(source),
      counts(source),
    ];
  },
};

const metrics = ["goodput", "throughput"] as const;

/** Goodput is filled, throughput hollow: where one is seen only, the two are equal. */
function chart(source: Source): Block {
  const { plan } = source;
  const arms = armsOf(plan);
  const groups = plan.study.scenarios.map(
    ({ name }): IntervalGroup => ({
      title: name,
      rows: cellsOf(source, name).map((cell) => {
        const { style } = arms.find(
          ({ variant, arm }) => variant === cell.cell.variant && arm === cell.cell.arm,
        )!;
        return {
          label: armLabel(cell.cell.variant, cell.cell.arm),
          marks: [...metrics].reverse().flatMap((metric) => {
            const estimate = cell.cell.metrics[metric]?.estimate;
            if (estimate === undefined || estimate === null) return [];
            return [{ ...estimate, style: { ...style, hollow: metric === "throughput" } }];
          }),
          note: note(source, cell),
        };
      }),
    }),
  );
  return intervalChart({
    title: title(source),
    description:
      "Mean goodput and throughput over valid trials with their intervals, for each variant under each scenario.",
    groups: groups.filter(({ rows }) => rows.length > 0),
    axis: { label: "requests per second: goodput filled, throughput hollow", log: false },
    legend: swatches(arms.filter(({ arm }) => arm === "main")).map(({ label, style }) => ({
      label,
      style: { ...style, line: false },
    })),
    data: table(source),
  });
}

function note({ cite }: Source, { cell, index }: Cell): string {
  const estimate = cell.metrics.goodput?.estimate ?? null;
  if (estimate === null) return cell.trials.saturated > 0 ? "saturated" : "not estimable";
  return plain(
    citeInterval(
      cite.analysis,
      ["cells", index, "metrics", "goodput", "estimate"],
      estimate,
      formats.magnitude,
    ),
  );
}

function title({ analysis }: Source): string {
  const saturated = analysis.cells.filter(({ trials, arm }) => arm === "main" && trials.saturated > 0);
  if (saturated.length === 0) return "No variant was saturated: each answered what it was offered.";
  const who = saturated.map(
    ({ variant, scenario, trials }) =>
      `${variant} under ${scenario} in ${trials.saturated} of ${trials.planned} trials`,
  );
  return `Saturated: ${who.join("; ")}.`;
}

function table(source: Source): Table {
  const { cite, plan } = source;
  return {
    kind: "table",
    caption: "Requests per second: geometric mean over valid trials with its t interval on logs",
    columns: [
      textColumn("Scenario"),
      textColumn("Variant"),
      ...metrics.map((metric) => numberColumn(`${metric} [interval]`)),
      numberColumn("Valid trials"),
      numberColumn("Saturated"),
    ],
    rows: plan.study.scenarios.flatMap(({ name }) =>
      cellsOf(source, name).map(({ cell, index }) => ({
        cells: [
          name,
          armLabel(cell.variant, cell.arm),
          ...metrics.map((metric) => {
            const found = cell.metrics[metric];
            const place = ["cells", index, "metrics", metric, "estimate"];
            if (found === undefined) return "not measured";
            return citeInterval(cite.analysis, place, found.estimate, formats.magnitude, found.why);
          }),
          cite.analysis(["cells", index, "trials", "valid"], formats.count),
          cite.analysis(["cells", index, "trials", "saturated"], formats.count),
        ],
      })),
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
