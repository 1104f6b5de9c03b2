import { numberColumn, textColumn } from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Section } from "./section.ts";

/** Code of the finding that the analysis attaches to a trial whose workers shared its requests unevenly. */
const skewCode = "connection-skew";

export const workers: Section = {
  title: "Requests per serving worker",
  build({ analysis, cite }) {
    const shared = analysis.trials
      .map((trial, index) => ({ trial, index }))
      .filter(({ trial }) => trial.servers.length > 1);
    if (shared.length === 0) return [];
    const skewed = shared.filter(({ trial }) => trial.findings.some(({ code }) => code === skewCode));
    const most = Math.max(...shared.map(({ trial }) => trial.servers.length));
    const shown = skewed.length > 0 ? skewed : shared;
    return [
      {
        kind: "paragraph",
        text:
          skewed.length === 0
            ? `In none of the ${shared.length} trials with several workers did one worker take a skewed share of the requests.`
            : `In ${skewed.length} of the ${shared.length} trials with several workers, the requests were shared unevenly: workers ` +
              "share one listening socket, and one of them may accept most connections.",
      },
      {
        kind: "table",
        caption: "Requests answered by each worker",
        ...(skewed.length > 0 ? {} : { summary: "Requests answered by each worker" }),
        columns: [
          textColumn("Trial"),
          ...Array.from({ length: most }, (_, worker) => numberColumn(`Worker ${worker + 1}`)),
        ],
        rows: shown.map(({ trial, index }) => ({
          cells: [
            trial.id,
            ...Array.from({ length: most }, (_, worker) =>
              worker < trial.servers.length
                ? cite.analysis(["trials", index, "servers", worker, "requests"], formats.count)
                : "",
            ),
          ],
        })),
      },
    ];
  },
};
