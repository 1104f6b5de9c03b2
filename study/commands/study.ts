import { TestbedError } from "../../errors/errors.ts";
import { writeSettings } from "../../infra/workspace/settings-file.ts";
import { tracesIn } from "../../workloads/spec/study-traces.ts";
import { studies } from "../../workloads/studies/index.ts";
import {
  airgapOption,
  givenSettings,
  jsonOption,
  numbers,
  openOption,
  overrideOptions,
  settingsOptions,
  studyOverrides,
  useAirgap,
} from "../options/options.ts";
import {
  checkHasObjectives,
  checkObjectiveOutputs,
  failWhereObjectivesAreNotMet,
  objectiveOptions,
  writeObjectiveOutputs,
} from "../run/objectives.ts";
import { runStudy, type StudyResult } from "../run/study-run.ts";
import { verdictText } from "../run/verdicts.ts";
import { checkPlace } from "../spec/disruption-target-check.ts";
import { type LoadedStudy, loadStudy, type StudyOverrides, serviceOfPlan } from "../spec/study-file.ts";
import { latestRun, openStore } from "../store/store.ts";
import { openReport } from "../terminal/open-report.ts";
import { print, printJson } from "../terminal/print.ts";
import { terminalProgress } from "../terminal/progress.ts";
import type { CommandSpec } from "./command.ts";

export const studyCommand: CommandSpec = {
  arguments: [
    {
      name: "[study]",
      description: `a name (${Object.keys(studies).join(", ")}), a study file or the plan.json of a run; default quick`,
    },
  ],
  options: [
    ...overrideOptions,
    {
      flags: "--resume [results]",
      description: "continue a run (default: the newest run of this study) without repeating finished trials",
    },
    {
      flags: "--redo-invalid",
      description: "with --resume: also rerun trials that a late generator or a noisy machine made invalid",
    },
    {
      flags: "--await-quiet <minutes>",
      description:
        "longest total time that trials wait for a quiet machine; default a tenth of the planned time",
    },
    { flags: "--no-await-quiet", description: "start every trial at once, even if the machine is slow" },
    airgapOption,
    ...settingsOptions,
    { flags: "--keep", description: "keep the node of the target k3s running" },
    {
      flags: "--disrupt-context <name>",
      description: "for cluster: the name of the context in use, to confirm a study with disruptions",
    },
    openOption,
    ...objectiveOptions,
    jsonOption,
  ],
  async run([name = "quick"], options) {
    useAirgap(options);
    const progress = terminalProgress();
    const overrides = await studyOverrides(options);
    const redoInvalid = options.redoInvalid === true;
    if (redoInvalid && options.resume === undefined) {
      throw new TestbedError("badInput", "--redo-invalid applies to an existing run", {
        problems: [{ path: "--redo-invalid", expected: "--resume beside it", got: "no --resume" }],
      });
    }
    await checkObjectiveOutputs(options);
    const awaitQuietSeconds = awaitedQuiet(options.awaitQuiet);
    if (options.resume !== undefined) refuseBesideResume(overrides);
    const resumeFrom = await runToResume(name, options.resume);
    // A resumed run is the run that was planned, whatever the study file says by now.
    const loaded = resumeFrom === undefined ? await loadStudy(name, overrides) : await planned(resumeFrom);
    const { study } = loaded;
    checkHasObjectives(study, options);
    for (const line of tracesIn(study)) progress.say(line);
    const given = givenSettings(options);
    await checkPlace(study, given, options.disruptContext as string | undefined);
    await writeSettings(study.target, given);
    const result = await runStudy(loaded, progress, {
      ...{ resumeFrom, redoInvalid, awaitQuietSeconds },
      keep: options.keep === true,
    });
    if (options.open === true) await openReport(result.reports.html, progress.say);
    if (options.json === true) printJson({ directory: result.directory, ...result.analysis });
    else print(verdictText(result));
    await writeObjectiveOutputs(result.directory, result.analysis, options);
    failWhereTeardownFailed(result);
    failWhereNothingFinished(result);
    failWhereObjectivesAreNotMet(result.analysis.objectives);
  },
};

async function planned(run: string): Promise<LoadedStudy> {
  const { study } = await openStore(run).readPlan();
  return { study, service: await serviceOfPlan(study) };
}

function awaitedQuiet(given: unknown): number | undefined {
  if (given === false) return 0;
  const minutes = numbers({ "await-quiet": given })["await-quiet"];
  if (minutes === undefined) return undefined;
  if (minutes > 0) return minutes * 60;
  throw new TestbedError("badInput", "--await-quiet is not a time", {
    problems: [
      { path: "--await-quiet", expected: "minutes, more than 0, or --no-await-quiet", got: String(given) },
    ],
  });
}

/** What was planned is what is run: a flag that would change it would be passed over without a word. */
function refuseBesideResume(overrides: StudyOverrides): void {
  const given = Object.entries(overrides);
  if (given.length === 0) return;
  throw new TestbedError("badInput", "a resumed run keeps its plan", {
    problems: given.map(([flag, value]) => ({
      path: `--${flag}`,
      expected: "not together with --resume",
      got: String(value),
    })),
    hint: "Omit these flags, or omit --resume to start a new run.",
  });
}

async function runToResume(nameOrPath: string, resume: unknown): Promise<string | undefined> {
  if (resume === undefined) return undefined;
  if (typeof resume === "string") return resume;
  const { name: study } = (await loadStudy(nameOrPath)).study;
  const latest = await latestRun(study);
  if (latest === undefined) {
    throw new TestbedError("badInput", `there is no run of ${study} to resume`, {
      hint: "Omit --resume to start one.",
    });
  }
  return latest;
}

/** A report about nothing is no success. */
function failWhereNothingFinished({ outcome }: StudyResult): void {
  const { finished, failed } = outcome;
  if (finished > 0 || failed.length === 0) return;
  throw new TestbedError("runFailed", "no trial was finished", {
    problems: failed.map(({ trial, reason }) => ({
      path: trial,
      expected: "a finished trial",
      got: reason,
    })),
    hint: "Correct the cause, then run the study again.",
  });
}

function failWhereTeardownFailed({ outcome }: StudyResult): void {
  if (outcome.teardownFailures.length === 0) return;
  throw new TestbedError("runFailed", "the report is written, but some resources could not be torn down", {
    problems: outcome.teardownFailures.map((got) => ({ path: "teardown", expected: "nothing left", got })),
    hint: "npx testbed down --all removes what is left.",
  });
}
