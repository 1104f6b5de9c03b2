/**
 * The formats by name: renderings of one model, so that they cannot disagree. To add one: one file and one line here.
 */
import { join, resolve } from "node:path";
import { guardedFolder } from "../../../files/guarded-folder.ts";
import type { Analysis } from "../../schema/analysis-result.ts";
import { readSource } from "../parts/source.ts";
import { type ReportModel, reportModel } from "../sections/report-model.ts";
import { csvReport } from "./csv.ts";
import { htmlReport } from "./html.ts";
import { injectionsReport } from "./injections.ts";
import { jsonReport } from "./json.ts";
import { markdownReport } from "./markdown.ts";
import type { Report } from "./report.ts";

export const reports = {
  html: htmlReport,
  markdown: markdownReport,
  csv: csvReport,
  injections: injectionsReport,
  json: jsonReport,
} satisfies Record<string, Report>;

/** Those that have something to say of this run. */
export function applicableReports(model: ReportModel): [string, Report][] {
  return Object.entries<Report>(reports).filter(([, report]) => report.applies?.(model) ?? true);
}

export type { Report } from "./report.ts";

/**
 * Renders every report before it writes the first, so that a failure leaves the folder as it was.
 *
 * @param directory a results folder, with plan.json and manifest.json
 * @returns the absolute path of each report by its name
 * @throws TestbedError invalidResults where plan or manifest is missing, not valid or of another run
 */
export async function writeReports(directory: string, analysis: Analysis): Promise<Record<string, string>> {
  const model = reportModel(await readSource(directory, analysis));
  const rendered = applicableReports(model).map(([name, report]) => ({
    name,
    file: report.file,
    content: report.render(model),
  }));
  const folder = guardedFolder(directory);
  for (const { file, content } of rendered) await folder.writeText(file, content);
  return Object.fromEntries(rendered.map(({ name, file }) => [name, join(resolve(directory), file)]));
}
