import { analyse } from "../../analysis/analyse.ts";
import type { CommandSpec } from "../cli.ts";
import { openReport } from "../open-report.ts";
import { print, printJson } from "../print.ts";
import { terminalProgress } from "../progress.ts";
import { verdictText } from "../verdicts.ts";
import { jsonOption, openOption } from "./options.ts";

export const analyseCommand: CommandSpec = {
  arguments: [{ name: "<results>", description: "a results folder" }],
  options: [openOption, jsonOption],
  async run([directory = ""], options) {
    const analysis = await analyse(directory);
    const { writeReports } = await import("../../analysis/reports/index.ts");
    const reports = await writeReports(directory, analysis);
    if (options.open === true) await openReport(reports.html, terminalProgress().say);
    if (options.json === true) printJson(analysis);
    else print(verdictText({ directory, analysis, reports }));
  },
};
