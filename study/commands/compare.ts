import { analyse } from "../../analysis/analyse.ts";
import { figure } from "../../analysis/figures/format.ts";
import { readResults } from "../../analysis/input/read.ts";
import { compareRuns, type RunComparison, type RunRow } from "../../analysis/runs/compare-runs.ts";
import { TestbedError } from "../../errors/errors.ts";
import { jsonOption } from "../options/options.ts";
import { print, printJson } from "../terminal/print.ts";
import type { CommandSpec } from "./command.ts";

export const compareCommand: CommandSpec = {
  arguments: [
    { name: "<A>", description: "results folder of the reference run" },
    { name: "<B>", description: "results folder of the run to judge" },
  ],
  options: [jsonOption],
  async run([a = "", b = ""], options) {
    const [runA, runB] = [await open(a), await open(b)];
    const compared = compareRuns(runA, runB);
    if (options.json === true) printJson(compared);
    else {
      print(`A ${a}\nB ${b}`);
      print(machineText(compared));
      for (const line of ratesText(compared)) print(line);
      for (const { sentence } of compared.rows) print(`  ${sentence}`);
      print(`False alarms: ${compared.falseAlarmRate}.`);
    }
    failWhereWorse(compared, a, b);
  },
};

function machineText({ sameMachine, speed }: RunComparison): string {
  if (!sameMachine) {
    return "Two machines: effects are compared; levels are not, because they differ with the machine.";
  }
  if (speed === null) {
    return "One machine: effects and levels are compared. The machine's speed is not known for both runs.";
  }
  const seen = `in B it reached ${figure(speed.arithmetic)}x the arithmetic and ${figure(speed.memory)}x the memory speed of A`;
  return speed.differs
    ? `One machine at two speeds: ${seen}. Effects are compared; levels are not, because they differ with the speed.`
    : `One machine (${seen}): effects and levels are compared.`;
}

function ratesText({ rates }: RunComparison): string[] {
  const perSecond = (rate: number | null) => (rate === null ? "unknown" : `${figure(rate)}/s`);
  return rates
    .filter(({ equal }) => !equal)
    .map(({ scenario, a, b }) => {
      const more = a === null || b === null ? "" : ` (${signedPercent(b / a - 1)})`;
      return `Offered rates differ under ${scenario} load: ${perSecond(a)} in A, ${perSecond(b)} in B${more}; intervals and p allow for it.`;
    });
}

/** A regression first: it is the worse news of the two. */
function failWhereWorse(compared: RunComparison, a: string, b: string): void {
  const kind = compared.worse > 0 ? "worse" : "not comparable";
  const rows = compared.rows.filter(({ verdict }) => verdict === kind);
  if (rows.length === 0) return;
  const of = `${rows.length} of ${compared.rows.length} rows`;
  const problems = rows.map((row) => ({
    path: `${row.scenario}/${row.variant}/${row.metric}`,
    expected: kind === "worse" ? "no worse than in A" : "a value that can be compared",
    got: row.sentence,
  }));
  if (kind === "worse") throw new TestbedError("regression", `${of} are worse in ${b}`, { problems });
  throw new TestbedError(
    "notComparable",
    `${of} cannot be compared, so it is unknown whether ${b} is worse`,
    {
      problems,
      hint: hintFor(compared, rows, a),
    },
  );
}

/**
 * What would make the rows comparable.
 * @param rows those that are not
 */
export function hintFor(
  compared: Pick<RunComparison, "rates" | "unfinished" | "blocksNeeded">,
  rows: readonly Pick<RunRow, "a" | "b">[],
  a: string,
): string {
  const { rates, unfinished, blocksNeeded } = compared;
  if (unfinished.length > 0) return "Finish it with testbed study ... --resume <results>.";
  if (rates.some(({ equal }) => !equal)) {
    return `Run the second one at the rates of the first: testbed study ... --rates-of ${a}`;
  }
  const blocks = Math.min(...rows.flatMap((row) => [row.a.length, row.b.length]));
  return blocks < blocksNeeded
    ? `Both are complete but have too few blocks to show a difference: run each with --blocks ${blocksNeeded} or more.`
    : "Both are complete: run the second one again.";
}

function signedPercent(share: number): string {
  return `${share > 0 ? "+" : ""}${(100 * share).toFixed(1)} %`;
}

async function open(directory: string) {
  const { plan, manifest } = await readResults(directory);
  return { plan, manifest, analysis: await analyse(directory) };
}
