import { numberColumn, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Section } from "./section.ts";

export const variance: Section = {
  title: "Where the variation is",
  build({ analysis, cite }) {
    if (analysis.variance.length === 0) return [];
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "Standard deviations of the log of a metric: 5 % means that trials differ by about that factor. The part between trials is " +
          "what another deployment changes; the part within a trial is the sampling error of its requests. More requests reduce " +
          "only the latter.",
      },
      {
        kind: "table",
        caption: "Variance components by cell",
        summary: `Standard deviations of ${analysis.variance.length} cells`,
        columns: [
          textColumn("Scenario"),
          textColumn("Variant"),
          textColumn("Metric"),
          numberColumn("Between trials"),
          numberColumn("Within a trial"),
          numberColumn("Trials"),
        ],
        rows: analysis.variance.map(({ scenario, variant, metric }, index) => ({
          cells: [
            scenario,
            variant,
            metric,
            cite.analysis(["variance", index, "betweenTrials"], formats.percent),
            cite.analysis(["variance", index, "withinTrial"], formats.percent),
            cite.analysis(["variance", index, "n"], formats.count),
          ],
        })),
      },
    ];
  },
};
