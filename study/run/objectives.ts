/** The objectives of a run for a CI: the files that it shows, and the exit code. */
import type { Analysis } from "../../analysis/schema/analysis-result.ts";
import type { ObjectiveResult } from "../../analysis/schema/objective.ts";
import { TestbedError } from "../../errors/errors.ts";
import { checkOutput, writeWhole } from "../../files/whole-file.ts";

export const objectiveOptions = [
  {
    flags: "--junit <file>",
    description: "write the objectives to this file as JUnit test results, for CI",
  },
  {
    flags: "--summary <file>",
    description: "write the first screen of the report to this file as Markdown, for the summary of a CI job",
  },
] as const;

/** Before the run whose results go there. @throws TestbedError (badInput) */
export async function checkObjectiveOutputs(options: Readonly<Record<string, unknown>>): Promise<void> {
  for (const name of ["junit", "summary"] as const) {
    if (options[name] !== undefined) await checkOutput(String(options[name]), `--${name}`);
  }
}

/** @throws TestbedError (badInput) where test results are asked for and the study has no objectives */
export function checkHasObjectives(
  study: { readonly name: string; readonly objectives?: readonly unknown[] | undefined },
  options: Readonly<Record<string, unknown>>,
): void {
  if (options.junit === undefined || study.objectives !== undefined) return;
  throw new TestbedError("badInput", `study ${study.name} has no objectives`, {
    problems: [{ path: "--junit", expected: "a study with the key objectives", got: "none" }],
    hint: "docs/ci.md shows how a study says them.",
  });
}

export async function writeObjectiveOutputs(
  directory: string,
  analysis: Analysis,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { junit, summary } = options;
  if (junit !== undefined) {
    const { junitText } = await import("../../analysis/reports/formats/junit.ts");
    await writeWhole(String(junit), junitText(analysis));
  }
  if (summary === undefined) return;
  const { summaryText } = await import("../../analysis/reports/formats/markdown.ts");
  const { readSource } = await import("../../analysis/reports/parts/source.ts");
  const { overview } = await import("../../analysis/reports/parts/overview.ts");
  const source = await readSource(directory, analysis);
  await writeWhole(String(summary), summaryText({ overview: overview(source) }));
}

/** A missed objective first: it is the worse news. @throws TestbedError (objectiveMissed, objectiveNotShown) */
export function failWhereObjectivesAreNotMet(objectives: readonly ObjectiveResult[] = []): void {
  const of = (state: ObjectiveResult["state"]) => objectives.filter((one) => one.state === state);
  const missed = of("missed");
  const open = missed.length > 0 ? missed : of("not shown");
  if (open.length === 0) return;
  const isMissed = open === missed;
  throw new TestbedError(
    isMissed ? "objectiveMissed" : "objectiveNotShown",
    `${open.length} of ${objectives.length} objectives ${isMissed ? "missed" : "not shown"}`,
    {
      problems: open.map(({ scenario, variant, metric, sentence }) => ({
        path: `${scenario}/${variant}/${metric}`,
        expected: isMissed ? "a limit that is kept" : "a limit that the run shows to be kept",
        got: sentence,
      })),
      ...(isMissed ? {} : { hint: openHint }),
    },
  );
}

const openHint =
  "More blocks narrow an interval, and longer trials have higher percentiles; a value that is at its limit stays open.";
