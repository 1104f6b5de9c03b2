import { analyse } from "../../analysis/analyse.ts";
import type { CommandSpec } from "../cli.ts";
import { print, printJson } from "../print.ts";
import { verdictText } from "../verdicts.ts";
import { jsonOption } from "./options.ts";

export const analyseCommand: CommandSpec = {
  arguments: [{ name: "<results>", description: "a results folder" }],
  options: [jsonOption],
  async run([directory = ""], options) {
    const analysis = await analyse(directory);
    const { writeReports } = await import("../../analysis/reports/index.ts");
    const reports = await writeReports(directory, analysis);
    if (options.json === true) printJson(analysis);
    else print(verdictText({ directory, analysis, reports }));
  },
};
