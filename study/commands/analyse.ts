import { analyse } from "../../analysis/analyse.ts";
import { jsonOption, openOption } from "../options/options.ts";
import {
  checkHasObjectives,
  checkObjectiveOutputs,
  failWhereObjectivesAreNotMet,
  objectiveOptions,
  writeObjectiveOutputs,
} from "../run/objectives.ts";
import { verdictText } from "../run/verdicts.ts";
import { openReport } from "../terminal/open-report.ts";
import { print, printJson } from "../terminal/print.ts";
import { terminalProgress } from "../terminal/progress.ts";
import type { CommandSpec } from "./command.ts";

export const analyseCommand: CommandSpec = {
  arguments: [{ name: "<results>", description: "a results folder" }],
  options: [openOption, ...objectiveOptions, jsonOption],
  async run([directory = ""], options) {
    await checkObjectiveOutputs(options);
    const analysis = await analyse(directory);
    checkHasObjectives({ name: analysis.study, objectives: analysis.objectives }, options);
    const { writeReports } = await import("../../analysis/reports/formats/index.ts");
    const reports = await writeReports(directory, analysis);
    if (options.open === true) await openReport(reports.html, terminalProgress().say);
    if (options.json === true) printJson(analysis);
    else print(verdictText({ directory, analysis, reports }));
    await writeObjectiveOutputs(directory, analysis, options);
    failWhereObjectivesAreNotMet(analysis.objectives);
  },
};
