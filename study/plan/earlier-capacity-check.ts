/**
 * Checks the schedules of a plan before it is run: at its stated rates, or at the capacity that an earlier run
 * measured.
 */
import type { Problem } from "../../errors/errors.ts";
import { type StudySpec, statesRates } from "../../workloads/spec/spec.ts";
import { scenarioProblems } from "../spec/study-file.ts";
import type { EarlierCapacity } from "./earlier-runs.ts";
import { planTrials } from "./plan.ts";
import { type ShortSchedules, shortSchedules, shortSentences } from "./sample-size-check.ts";
import { withLongerScenarios } from "./scenario-length.ts";

export interface SchedulesAt extends Partial<EarlierCapacity> {
  /** Why no schedule can be made at all: the run would refuse itself. */
  readonly problems: readonly Problem[];
  readonly short: readonly ShortSchedules[];
  /** What a study that may lengthen its scenarios would say. */
  readonly lengthened: readonly string[];
}

/** Null where rates are a share of a capacity that no earlier run has measured. */
export function schedulesAt(earlier: EarlierCapacity | undefined, study: StudySpec): SchedulesAt | null {
  if (statesRates(study)) return asItWouldRun(study, undefined);
  return earlier === undefined ? null : { ...earlier, ...asItWouldRun(study, earlier.capacityPerSecond) };
}

function asItWouldRun(study: StudySpec, capacityPerSecond: number | undefined): SchedulesAt {
  const { study: asRun, sentences: lengthened } =
    study.lengthen === true ? withLongerScenarios(study, capacityPerSecond) : { study, sentences: [] };
  const problems = scenarioProblems(asRun, capacityPerSecond);
  const plan = { study: asRun, trials: planTrials(asRun) };
  return { problems, lengthened, short: problems.length > 0 ? [] : shortSchedules(plan, capacityPerSecond) };
}

export function schedulesText(study: StudySpec, found: SchedulesAt | null): string[] {
  if (found === null) {
    return [
      "Requests per trial: unknown before the capacity is measured; the run checks it before its first trial.",
    ];
  }
  const { capacityPerSecond, run, problems, short, lengthened } = found;
  const at =
    capacityPerSecond === undefined
      ? "At the stated rates"
      : `At the ${capacityPerSecond.toFixed(1)}/s that run ${run} measured`;
  if (problems.length > 0) {
    const told = problems.map(({ path, expected, got }) => `  ${path}: expected ${expected}; got ${got}`);
    return [`${at} the run would be refused:`, ...told];
  }
  const rest =
    short.length === 0
      ? [`${at}, every block has enough requests for a ${study.primary}.`]
      : [`${at}:`, ...shortSentences(study, short).map((sentence) => `  ${sentence}`)];
  return [...lengthened, ...rest];
}
