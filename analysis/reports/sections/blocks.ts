import type { TrialResult } from "../../schema/trial.ts";
import { drawBlocks } from "../charts/blocks.ts";
import { armsOf, swatches } from "../parts/arm.ts";
import { comparisonLink, trialAnchor } from "../parts/claim.ts";
import {
  type Block,
  type Chart,
  type Inline,
  numberColumn,
  type Table,
  type Text,
} from "../parts/document.ts";
import { metricHead, metricWords } from "../parts/metric.ts";
import { formatFor, formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { steadyScenarios } from "./cells.ts";
import type { Section } from "./section.ts";

export const blocks: Section = {
  title: "Block by block",
  build(source) {
    const { study } = source.plan;
    const measured = steadyScenarios(source).filter(({ name }) =>
      source.analysis.trials.some(({ scenario, valid }) => scenario === name && valid),
    );
    if (measured.length === 0) return [];
    const overload = source.analysis.trials.some(({ saturated }) => saturated)
      ? " A saturated trial's value grows with its length."
      : "";
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          `Every trial's ${metricWords(study.primary)}. A block holds every cell once, on the same arrivals: the comparisons ` +
          `above are made within blocks, from these numbers.${overload}`,
      },
      ...measured.map(({ name }): Block => chart(source, name)),
    ];
  },
};

function chart(source: Source, scenario: string): Chart {
  const { study } = source.plan;
  const arms = armsOf(source.plan);
  const unit = unitOf(source);
  return {
    kind: "chart",
    title: title(source, scenario),
    description: `${metricWords(study.primary)} of each variant in each block under ${scenario}.`,
    legend: swatches(arms),
    draw: (width) =>
      drawBlocks(
        {
          blocks: blocksOf(source),
          label: `${metricHead(study.primary, unit)} (log scale)`,
          lines: arms.map(({ variant, arm, style }) => ({
            style,
            points: Array.from({ length: blocksOf(source) }, (_, block) => {
              const found = find(source, scenario, variant, arm, block);
              return found?.trial.valid === true ? (found.trial.metrics[study.primary]?.value ?? null) : null;
            }),
          })),
        },
        width,
      ),
    data: table(source, scenario),
  };
}

function title({ analysis }: Source, scenario: string): string {
  const rows = analysis.comparisons.filter(
    (row) => row.scenario === scenario && row.role === "primary" && row.n > 0,
  );
  const parts = rows.map(({ pairs, treatment, smallerIsBetter }) => {
    const better = pairs.filter(({ baseline, treatment: treated }) =>
      smallerIsBetter ? treated < baseline : treated > baseline,
    ).length;
    return `${treatment} was ahead of the baseline in ${better} of ${pairs.length} blocks`;
  });
  return parts.length === 0
    ? `Under ${scenario} there are no complete pairs of trials.`
    : `Under ${scenario}, ${parts.join("; ")}.`;
}

function table(source: Source, scenario: string): Table {
  const { plan, analysis, cite } = source;
  const { study } = plan;
  const arms = armsOf(plan);
  const comparisons = analysis.comparisons
    .map((comparison, index) => ({ comparison, index }))
    .filter(
      ({ comparison }) =>
        comparison.scenario === scenario &&
        comparison.metric === study.primary &&
        comparison.role !== "secondary",
    );
  return {
    kind: "table",
    caption: `${metricHead(study.primary, unitOf(source))} under ${scenario}, by block; ratios are to ${study.baseline} in the same block`,
    columns: [
      numberColumn("Block"),
      ...arms.map(({ label }) => numberColumn(label)),
      ...comparisons.map(({ comparison }) =>
        numberColumn(`ratio ${comparison.role === "aa" ? "A/A" : comparison.treatment}`),
      ),
    ],
    rows: Array.from({ length: blocksOf(source) }, (_, block) => ({
      cells: [
        String(block + 1),
        ...arms.map(({ variant, arm }) => trialCell(source, find(source, scenario, variant, arm, block))),
        ...comparisons.map(({ comparison, index }): Text => {
          const pair = comparison.pairs.findIndex((candidate) => candidate.block === block);
          if (pair < 0) return [comparisonLink(comparison, "no pair")];
          return cite.analysis(["comparisons", index, "pairs", pair, "ratio"], formats.ratio);
        }),
      ],
    })),
  };
}

/** The started blocks, spare ones included. */
function blocksOf({ plan }: Source): number {
  return Math.max(...plan.trials.map(({ block }) => block)) + 1;
}

function unitOf({ analysis, plan }: Source): string {
  return analysis.comparisons.find(({ metric }) => metric === plan.study.primary)?.unit ?? "";
}

interface Found {
  readonly trial: TrialResult;
  readonly index: number;
}

function find(
  { analysis }: Source,
  scenario: string,
  variant: string,
  arm: string,
  block: number,
): Found | undefined {
  const index = analysis.trials.findIndex(
    (trial) =>
      trial.scenario === scenario && trial.variant === variant && trial.arm === arm && trial.block === block,
  );
  return index < 0 ? undefined : { trial: analysis.trials[index]!, index };
}

/** Its value; where the trial does not count, or is overloaded, that too, linked to the row that says more. */
function trialCell({ plan, cite }: Source, found: Found | undefined): Text {
  if (found === undefined) return "absent";
  const { trial, index } = found;
  const { primary } = plan.study;
  const state = trialState(trial);
  const link: Inline = { kind: "link", text: state, to: trialAnchor(trial.id) };
  const metric = trial.metrics[primary];
  if (state !== "valid" && state !== "saturated") return [link];
  if (metric === undefined) return "not measured";
  const figure = cite.analysis(
    ["trials", index, "metrics", primary, "value"],
    formatFor(metric.unit),
    metric.why,
  );
  return state === "saturated" ? [figure, " ", link] : figure;
}

export function trialState({ status, saturated, valid }: TrialResult): string {
  if (status === "missing") return "absent";
  if (status !== "finished") return status;
  if (saturated) return "saturated";
  return valid ? "valid" : "invalid";
}
