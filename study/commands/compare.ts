import { analyse } from "../../analysis/analyse.ts";
import { compareRuns } from "../../analysis/compare-runs.ts";
import { readResults } from "../../analysis/read.ts";
import { TestbedError } from "../../errors.ts";
import type { CommandSpec } from "../cli.ts";
import { print, printJson } from "../print.ts";
import { jsonOption } from "./options.ts";

export const compareCommand: CommandSpec = {
  summary: "compare two runs of one study: what agrees, what does not; exit code 7 where the second is worse",
  arguments: [
    { name: "<A>", description: "the results folder to measure against" },
    { name: "<B>", description: "the results folder to judge" },
  ],
  options: [jsonOption],
  async run([a = "", b = ""], options) {
    const [runA, runB] = [await open(a), await open(b)];
    const compared = compareRuns(runA, runB);
    if (options.json === true) printJson(compared);
    else {
      print(`A ${a}\nB ${b}`);
      print(
        compared.sameMachine
          ? "One machine: effects and levels are compared."
          : "Two machines: effects are compared; levels are not, since the machine would be what differs.",
      );
      for (const { sentence } of compared.rows) print(`  ${sentence}`);
      print(`False alarms: ${compared.falseAlarmRate}.`);
    }
    if (compared.worse > 0) {
      throw new TestbedError(
        "regression",
        `${compared.worse} of ${compared.rows.length} rows are worse in ${b}`,
        {
          problems: compared.rows
            .filter(({ verdict }) => verdict === "worse")
            .map((row) => ({
              path: `${row.scenario}/${row.variant}/${row.metric}`,
              expected: "no worse than in A",
              got: row.sentence,
            })),
        },
      );
    }
  },
};

async function open(directory: string) {
  const { plan, manifest } = await readResults(directory);
  return { plan, manifest, analysis: await analyse(directory) };
}
