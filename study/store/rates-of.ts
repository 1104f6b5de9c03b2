/**
 * The rates of an earlier run, for a run that will be compared with it. Where a study's rates are shares of the
 * capacity, each run measures its own capacity, and the rates would differ by the error of both measurements: a higher
 * rate would look like a slower service.
 */
import { join } from "node:path";
import { planFile } from "../../analysis/schema/results-folder.ts";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { openStore, readChecked } from "./store.ts";

/** By scenario, requests per second; of those whose rate is a share of the capacity. */
export type KnownRates = Readonly<Record<string, number>>;

/** @throws TestbedError (invalidResults) where it is no run; (badInput) where no trial of a scenario tells its rate */
export async function ratesOf(directory: string): Promise<KnownRates> {
  const { study, trials } = await readChecked(
    join(directory, "plan.json"),
    planFile,
    "--rates-of takes the results folder of a run: `testbed list runs` shows them.",
  );
  const records = await openStore(directory).readTrials();
  const scenarioOf = new Map(trials.map(({ id, scenario }) => [id, scenario]));
  const shared = study.scenarios.filter(({ rate }) => "utilisation" in rate);
  const found = shared.map(({ name }) => {
    const record = records.find(({ id, status }) => scenarioOf.get(id) === name && status === "finished");
    return [name, record?.ratePerSecond] as const;
  });
  const problems: Problem[] = found.flatMap(([name, rate]) =>
    rate === undefined ? [{ path: name, expected: "a finished trial", got: "none" }] : [],
  );
  if (problems.length > 0) {
    throw new TestbedError("badInput", `${directory} does not record the rates of all its scenarios`, {
      problems,
      hint: "Finish that run with --resume first.",
    });
  }
  return Object.fromEntries(found) as KnownRates;
}
