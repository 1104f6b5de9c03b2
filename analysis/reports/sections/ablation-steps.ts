import { citeInterval } from "../parts/cite.ts";
import { numberColumn, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Section } from "./section.ts";

export const ladderSection: Section = {
  title: "Step by step",
  build({ analysis, plan, cite }) {
    if (analysis.ladder.length === 0) return [];
    const places = plan.study.scenarios.flatMap(({ name: scenario }) =>
      [
        ...new Set(analysis.ladder.filter((step) => step.scenario === scenario).map(({ metric }) => metric)),
      ].map((metric) => ({ scenario, metric })),
    );
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Each variant changes one thing of the variant before it. A step's share is its part of the total change from the baseline to the " +
          "last variant, on a logarithmic scale, where steps add up; a negative share is a step back. " +
          "No share is given where the total change may be none. These ratios are outside the tested family.",
      },
      ...places.map(({ scenario, metric }) => ({
        kind: "table" as const,
        caption: `${metric} under ${scenario}: each variant over the one before it`,
        columns: [
          textColumn("From"),
          textColumn("To"),
          numberColumn("Ratio of the step"),
          numberColumn("Share of the whole"),
          numberColumn("Blocks"),
        ],
        rows: analysis.ladder.flatMap((step, index) =>
          step.scenario !== scenario || step.metric !== metric
            ? []
            : [
                {
                  cells: [
                    step.from,
                    step.to,
                    citeInterval(
                      cite.analysis,
                      ["ladder", index, "ratio"],
                      step.ratio,
                      formats.ratio,
                      "overload or too few blocks",
                    ),
                    cite.analysis(["ladder", index, "share"], formats.percent),
                    cite.analysis(["ladder", index, "n"], formats.count),
                  ],
                },
              ],
        ),
      })),
    ];
  },
};
