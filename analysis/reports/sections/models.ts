import { models as room } from "../../models/index.ts";
import type { Analysis } from "../../schema/analysis-result.ts";
import { type IntervalGroup, intervalChart } from "../charts/intervals.ts";
import { type Arm, armsOf, styleOf, swatches } from "../parts/arm.ts";
import { citeInterval } from "../parts/cite.ts";
import {
  type Block,
  numberColumn,
  plain,
  proseColumn,
  type Table,
  type Text,
  textColumn,
} from "../parts/document.ts";
import { metricWords } from "../parts/metric.ts";
import { formatFor, formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import type { Section } from "./section.ts";

interface Placed {
  readonly row: Analysis["models"][number];
  readonly index: number;
}

export const models: Section = {
  title: "Model against measurement",
  build(source) {
    const all = source.analysis.models.map((row, index) => ({ row, index }));
    if (!all.some(({ row }) => row.predicted !== null && row.measured !== null)) return [];
    const names = Object.keys(room).filter((name) => all.some(({ row }) => row.model === name));
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Each model is given the load and the service time of requests that found the service idle, and none of the response " +
          "times that it predicts. Measured over predicted is 1 where the model explains the cell; a deviation is what the model " +
          "leaves out. The interval covers the measured value alone.",
      },
      ...names.flatMap((name) =>
        ofModel(
          source,
          name,
          all.filter(({ row }) => row.model === name),
        ),
      ),
    ];
  },
};

function ofModel(source: Source, name: string, rows: readonly Placed[]): Block[] {
  const { law, error } = rows[0]!.row;
  const known = rows.filter(({ row }) => row.ratio !== null);
  const data = table(source, name, rows);
  return [
    { kind: "heading", id: `model-${name}`, text: name },
    {
      kind: "list",
      items: [{ text: law }, { text: `Known error: ${error}.` }],
    },
    ...(known.length === 0 ? [{ ...data, summary: `${rows.length} cells, none of them predicted` }] : []),
    ...(known.length === 0 ? [] : [chart(source, name, known, data)]),
  ];
}

function chart(source: Source, name: string, known: readonly Placed[], data: Table): Block {
  const arms = armsOf(source.plan);
  const groups = source.plan.study.scenarios.map(
    ({ name: scenario }): IntervalGroup => ({
      title: scenario,
      rows: known
        .filter(({ row }) => row.scenario === scenario)
        .map(({ row, index }) => ({
          label: `${row.variant}, ${row.metric}`,
          marks: [{ ...row.ratio!, style: styleOf(arms, { variant: row.variant, arm: "main" }) }],
          note: plain(
            citeInterval(source.cite.analysis, ["models", index, "ratio"], row.ratio, formats.ratio),
          ),
        })),
    }),
  );
  return intervalChart({
    title: title(name, known),
    description: `Measured over predicted by ${name}, with the interval of the measured value, for each variant under each scenario.`,
    groups: groups.filter((group) => group.rows.length > 0),
    axis: { label: "measured / predicted (log scale)", log: true },
    reference: 1,
    legend: legend(arms, known),
    data,
  });
}

function legend(arms: readonly Arm[], known: readonly Placed[]) {
  const shown = arms.filter(
    ({ variant, arm }) => arm === "main" && known.some(({ row }) => row.variant === variant),
  );
  return swatches(shown).map(({ label, style }) => ({ label, style: { ...style, line: false } }));
}

/** How far the model is off, in the middle and at worst; of a bound, how much of it was reached. */
function title(name: string, known: readonly Placed[]): string {
  const ratios = known.map(({ row }) => row.ratio!.value);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map(formats.ratio);
  if (name === "capacity-bound") return `Between ${least} and ${most} of the bound was used.`;
  const near = known.filter(({ row }) => row.ratio!.low <= 1 && row.ratio!.high >= 1).length;
  return (
    `The measured values are ${least} to ${most} times the prediction of ${name}; ` +
    `in ${near} of ${known.length} the interval contains the prediction.`
  );
}

function table({ cite }: Source, name: string, rows: readonly Placed[]): Table {
  return {
    kind: "table",
    caption: `Predicted by ${name} and measured, by cell`,
    columns: [
      textColumn("Scenario"),
      textColumn("Variant"),
      textColumn("Metric"),
      numberColumn("Predicted"),
      numberColumn("Measured [interval]"),
      numberColumn("Measured / predicted"),
      numberColumn("Idle requests"),
      proseColumn("Why not predicted"),
    ],
    rows: rows.map(({ row, index }) => {
      const format = formatFor(row.unit);
      const cell = (key: "measured" | "ratio", printed: typeof format): Text =>
        citeInterval(cite.analysis, ["models", index, key], row[key], printed);
      return {
        cells: [
          row.scenario,
          row.variant,
          `${metricWords(row.metric)}, ${row.unit}`,
          cite.analysis(["models", index, "predicted"], format),
          cell("measured", format),
          cell("ratio", formats.ratio),
          cite.analysis(["models", index, "serviceRequests"], formats.count),
          row.why,
        ],
      };
    }),
  };
}
