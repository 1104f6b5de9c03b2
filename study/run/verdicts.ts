/**
 * The summary of a run on the terminal: the claims in words, their qualifications, and the path of the report on the
 * last line.
 */
import type { Analysis } from "../../analysis/schema/analysis-result.ts";

export interface Reported {
  readonly directory: string;
  readonly analysis: Analysis;
  /** Path of each report by its name. */
  readonly reports: Readonly<Record<string, string>>;
}

export function verdictText({ directory, analysis, reports }: Reported): string {
  const { counts, synthetic, resolution } = analysis;
  const rows = (role: string) => analysis.comparisons.filter((row) => row.role === role);
  return [
    `${analysis.study}: ${analysis.description}`,
    "",
    ...rows("primary").map(({ sentence }) => `  ${sentence}`),
    "",
    ...(analysis.objectives ?? []).map((one) => `  ${one.state}: ${one.sentence}`),
    ...(analysis.objectives === undefined ? [] : [""]),
    ...rows("aa")
      .filter(({ metric }) => metric === rows("primary")[0]?.metric)
      .map(({ sentence }) => `  A/A  ${sentence}`),
    "",
    `${counts.finished} of ${counts.planned} trials finished: ${counts.valid} valid, ${counts.saturated} saturated, ` +
      `${counts.invalid} invalid, ${counts.failed} failed, ${counts.absent} absent`,
    ...(resolution.reachesAlpha ? [] : [`Too short for verdicts: ${resolution.sentence}`]),
    ...analysis.findings.map(({ severity, message, advice }) =>
      `${severity}: ${sentence(message)} ${sentence(advice)}`.trimEnd(),
    ),
    ...(synthetic.length > 0 ? [`Synthetic: ${synthetic.join("; ")}`] : []),
    "",
    `Results: ${directory}`,
    reports.html ?? directory,
  ].join("\n");
}

function sentence(text: string): string {
  return text === "" || /[.!?]$/.test(text) ? text : `${text}.`;
}
