/** One study from set-up to report: the main job. */

import { join } from "node:path";
import { analyse } from "../../analysis/analyse.ts";
import { isSpare } from "../../analysis/plan/spare-blocks.ts";
import type { ManifestFile, PlanFile } from "../../analysis/schema/results-folder.ts";
import { TestbedError } from "../../errors/errors.ts";
import type { Service } from "../../infra/services/index.ts";
import type { OpenTarget } from "../../infra/targets/index.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { openMachineProbe } from "../machine/machine-probe.ts";
import { type Machine, plannedBudgetSeconds, watchMachine } from "../machine/noise-wait.ts";
import { objectiveSentences } from "../plan/objective-check.ts";
import { planFile } from "../plan/plan.ts";
import { plannedTime } from "../plan/planned-time.ts";
import { checkResolution, checkSchedules } from "../plan/resolution-check.ts";
import { withLongerScenarios } from "../plan/scenario-length.ts";
import { answersBeside } from "../quality/answers-beside.ts";
import { withTarget } from "../session/target-session.ts";
import { type OpenAsked, openAsked } from "../spec/asked.ts";
import { probeProblems } from "../spec/disruption-problems.ts";
import { type LoadedStudy, scenarioProblems } from "../spec/study-file.ts";
import { openStore, resultsRoot, runName, type Store } from "../store/store.ts";
import type { Progress } from "../terminal/progress.ts";
import type { RunOutcome } from "../trial/runner.ts";
import { trialEffects } from "../trial/trial.ts";
import type { TrialContext } from "../trial/trial-load.ts";
import { calibrate, isCalibrated, purposeOf } from "./calibrate.ts";
import { withDeploymentNotes } from "./deployment-notes.ts";
import { interimAnalysis } from "./interim-analysis.ts";
import { describeRun } from "./manifest.ts";
import { setInvalidAside } from "./rerun-invalid.ts";
import { checkSameService, here, manifestToResume } from "./resumed-run.ts";
import { runTrials } from "./run-trials.ts";

export interface StudyResult {
  readonly directory: string;
  readonly outcome: RunOutcome;
  readonly analysis: Awaited<ReturnType<typeof analyse>>;
  /** Path of each report by its name. */
  readonly reports: Readonly<Record<string, string>>;
}

export interface RunOptions {
  /** A results folder to continue instead of starting a new one. */
  readonly resumeFrom?: string | undefined;
  /** Of that folder: run again what a late generator or a noisy machine has made invalid. */
  readonly redoInvalid?: boolean;
  /** How long trials may wait for a quiet machine, in total; default: a tenth of the planned time. */
  readonly awaitQuietSeconds?: number | undefined;
  /** Leave up what the variants stood on. */
  readonly keep?: boolean;
}

export async function runStudy(
  { study, service }: LoadedStudy,
  progress: Progress,
  { resumeFrom, redoInvalid = false, awaitQuietSeconds, keep = false }: RunOptions = {},
): Promise<StudyResult> {
  checkResolution(study, progress.say);
  for (const line of objectiveSentences(study)) progress.say(line);
  const store = openStore(resumeFrom ?? join(resultsRoot, study.name, runName(new Date())));
  const kept = resumeFrom === undefined ? undefined : await manifestToResume(store, await here());
  const variants = [study.baseline, ...study.variants];
  // A broken payload, or a header without a value, is reported before the first step.
  const payloads = await openPayloads(study, service);
  const outcome = await withTarget(
    {
      ...{ target: study.target, service, model: study.model },
      asked: payloads[0]!.asked,
      ...{ variants, keep, stages: study.stages === true },
    },
    progress,
    async ({ toolchain, model, target, signal, tellResults, otherRuns }) => {
      await tellResults(store.directory);
      const plan = await beginOrContinue(store, study, resumeFrom !== undefined);
      const described = await describeRun({ plan, service, model, payloads, parts: toolchain.parts });
      if (kept !== undefined) checkSameService(store, kept, described);
      const manifest = kept ?? described;
      if (kept === undefined) await store.writeManifest(manifest);
      progress.say(`Results: ${store.directory}`);
      if (redoInvalid) await setInvalidAside(store, progress);
      const asked = new Map(payloads.map((payload) => [payload.name, payload.asked]));
      const probe = await openMachineProbe();
      try {
        const machine = await watchMachine({
          budgetSeconds: awaitQuietSeconds ?? plannedBudgetSeconds(study),
          ...{ probe, signal, progress },
        });
        return await measure(
          {
            ...{ plan, store, target, asked, service, payload: payloads[0]! },
            ...{ progress, signal, machine, otherRuns },
          },
          manifest,
        );
      } finally {
        await probe.end();
      }
    },
  );
  if (outcome.interrupted) {
    throw new TestbedError(
      "interrupted",
      `stopped after ${outcome.finished} trials; every deployment is down`,
      {
        hint: `Continue with: npx testbed study ${study.name} --resume ${store.directory}`,
      },
    );
  }
  const analysis = await analyse(store.directory);
  const { writeReports } = await import("../../analysis/reports/formats/index.ts");
  return {
    directory: store.directory,
    outcome,
    analysis,
    reports: await writeReports(store.directory, analysis),
  };
}

interface Run {
  readonly plan: PlanFile;
  readonly store: Store;
  readonly target: OpenTarget;
  readonly service: Service;
  /** The first of the study's. */
  readonly payload: OpenAsked;
  readonly asked: TrialContext["asked"];
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly machine: Machine;
  readonly otherRuns: () => readonly string[];
}

async function beginOrContinue(store: Store, study: StudySpec, resume: boolean): Promise<PlanFile> {
  if (resume) return store.readPlan();
  const plan = planFile(study, store.directory.split("/").at(-1)!, new Date().toISOString());
  await store.writePlan(plan);
  return plan;
}

async function measure(run: Run, manifest: ManifestFile): Promise<RunOutcome> {
  const { store, target, asked, progress, signal, machine } = run;
  let { plan } = run;
  let calibration = manifest.calibration;
  const notes = new Set<string>();
  const note = (text: string) => {
    if (!notes.has(text) && !manifest.notes.includes(text)) progress.say(`note: ${text}`);
    notes.add(text);
  };
  if (calibration === null) {
    if (isCalibrated(plan.study)) {
      await machine.quiet("", "calibration");
      progress.say(`Calibrating ${plan.study.baseline}: ${purposeOf(plan.study)}`);
      calibration = await calibrate(plan.study, target, [...asked.values()][0]!, signal, note);
    } else progress.say("Not calibrated: every rate is stated, so the servers are not driven to their limit");
    if (plan.study.lengthen === true) {
      const { study, sentences } = withLongerScenarios(plan.study, calibration?.capacityPerSecond);
      for (const sentence of sentences) note(sentence);
      plan = planFile(study, plan.run, plan.createdAt);
      await store.writePlan(plan);
    }
    await store.writeManifest({
      ...manifest,
      planDigest: plan.digest,
      notes: [...manifest.notes, ...notes],
      calibration,
    });
  }
  const capacityPerSecond = calibration?.capacityPerSecond;
  const problems = [
    ...scenarioProblems(plan.study, capacityPerSecond),
    ...plan.study.scenarios.flatMap((one, index) => probeProblems(one, index, capacityPerSecond)),
  ];
  if (problems.length > 0) {
    throw new TestbedError(
      "badInput",
      `at the ${capacityPerSecond === undefined ? "stated rates" : "measured capacity"} some scenarios yield no schedule`,
      {
        problems,
        hint: "No load was sent. A lighter model or variant has more capacity (--model); --rate states another rate.",
      },
    );
  }
  checkSchedules(plan, capacityPerSecond, progress.say);
  if (calibration !== null) {
    const { capacityPerSecond: measured, n } = calibration;
    progress.say(`Capacity of ${plan.study.baseline}: ${measured.toFixed(1)}/s (n = ${n}, closed loop)`);
  }

  const settled = await store.settled();
  const left = plan.trials.filter((trial) => !isSpare(trial, plan.study) && !settled.has(trial.id));
  if (settled.size > 0) progress.say(`${settled.size} trials are done already, ${left.length} remain`);
  const beside = answersBeside({
    ...{ plan, store, signal, service: run.service, payload: run.payload },
    say: progress.say,
  });
  const effects = trialEffects({ ...run, plan, note, capacityPerSecond, beside });
  const outcome = await runTrials(
    {
      ...{ plan, settled, progress, signal },
      plannedSecondsPerTrial:
        plannedTime(plan.study, 1, capacityPerSecond).totalSeconds / plan.study.scenarios.length,
      judge: interimAnalysis(store.directory),
    },
    effects,
  );
  const noted = withDeploymentNotes(
    await store.readManifest(),
    await store.readTrials(),
    await store.superseded(),
  );
  await store.writeManifest({
    ...noted,
    notes: [...new Set([...noted.notes, ...notes, ...run.otherRuns()])],
  });
  return outcome;
}

/** Those of its scenarios, each once. @throws TestbedError (badInput) where one is broken */
function openPayloads({ scenarios }: StudySpec, service: Service): Promise<readonly OpenAsked[]> {
  const names = [...new Set(scenarios.map(({ payload }) => payload))];
  return Promise.all(names.map((name) => openAsked(service, name)));
}
