/**
 * Runs the trials of a plan: first the remaining trials of the study's blocks, then the spare blocks that are due, one
 * block at a time. After each block the finished trials are analysed, so that the user learns of invalid blocks while
 * there is time to act.
 */

import { counted } from "../../analysis/figures/format.ts";
import { isSpare, sparesNeeded } from "../../analysis/plan/spare-blocks.ts";
import type { PlanFile, PlannedTrial } from "../../analysis/schema/results-folder.ts";
import { messageOf } from "../../errors/errors.ts";
import { type Deployment, deployments } from "../plan/plan.ts";
import { duration, type Progress } from "../terminal/progress.ts";
import { type Effects, type RunOutcome, runDeployments } from "../trial/runner.ts";
import type { InterimAnalysis } from "./interim-analysis.ts";
import { invalidBlocksText } from "./invalid-blocks.ts";
import { expectedSeconds, type LeftDeployment, type SeenDeployment, secondsLeft } from "./time-left.ts";

export interface TrialsToRun {
  readonly plan: PlanFile;
  /** Of the plan, those that have a result. */
  readonly settled: ReadonlySet<string>;
  /** Of one trial with its part of a deployment, before any was seen. */
  readonly plannedSecondsPerTrial: number;
  readonly judge: () => Promise<InterimAnalysis>;
  readonly progress: Pick<Progress, "say">;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that does not go back. */
  readonly now?: () => number;
}

/** How many times its usual length a deployment may take before that is said. */
const unusual = 1.5;

export async function runTrials<E, M>(request: TrialsToRun, effects: Effects<E, M>): Promise<RunOutcome> {
  const { plan, settled, progress, signal } = request;
  const { study } = plan;
  const own = plan.trials.filter((trial) => !isSpare(trial, study) && !settled.has(trial.id));
  const course: Course = { seen: [], soFar: undefined, said: "" };
  const run = (trials: readonly PlannedTrial[]) => {
    const planned = deployments(trials);
    return runDeployments(planned, watched(request, course, planned, effects), signal);
  };
  if (own.length > 0) {
    progress.say(
      `${own.length} trials, about ${duration(own.length * request.plannedSecondsPerTrial * 1000)}`,
    );
  }
  let outcome = await run(own);
  while (!outcome.interrupted) {
    await judge(request, course);
    const block = nextBlock(course.soFar?.due ?? []);
    if (block.length === 0) break;
    progress.say(
      `Spare block ${block[0]!.block + 1 - study.blocks} of ${study.spareBlocks}: ${counted(block.length, "trial")} in the ` +
        "place of invalid ones",
    );
    const more = await run(block);
    outcome = {
      finished: outcome.finished + more.finished,
      failed: [...outcome.failed, ...more.failed],
      teardownFailures: [...outcome.teardownFailures, ...more.teardownFailures],
      interrupted: more.interrupted,
    };
  }
  return outcome;
}

/** What was seen of a run until now. */
interface Course {
  readonly seen: SeenDeployment[];
  soFar: InterimAnalysis | undefined;
  /** The last line printed about invalid blocks. */
  said: string;
}

/** One block, so that a scenario's next spare is known to be needed. */
function nextBlock(due: readonly PlannedTrial[]): PlannedTrial[] {
  const first = Math.min(...due.map(({ block }) => block));
  return due.filter(({ block }) => block === first);
}

/** A run whose trials cannot be judged goes on: its analysis will say what is wrong. */
async function judge({ judge: look, progress }: TrialsToRun, course: Course): Promise<void> {
  course.soFar = await look().catch((error: unknown) => {
    progress.say(`The finished trials cannot be judged yet: ${messageOf(error)}`);
    return undefined;
  });
}

/** The same effects, printing after each deployment the remaining time, and after each block which blocks are invalid. */
function watched<E, M>(
  request: TrialsToRun,
  course: Course,
  planned: readonly Deployment[],
  effects: Effects<E, M>,
): Effects<E, M> {
  const { plan, progress, plannedSecondsPerTrial, now = () => performance.now() } = request;
  const { study } = plan;
  const waiting = [...planned];
  const total = planned.reduce((sum, { trials }) => sum + trials.length, 0);
  let done = 0;
  let began = now();
  let warned = false;
  const tookSeconds = () => (now() - began) / 1000;
  const name = ({ block, variant, arm }: Deployment) =>
    `${blockName(study, block)}  ${variant}${arm === "aa" ? " (A/A)" : ""}`;
  const left = () => {
    const spares = sparesLeft(study, course.soFar);
    const seconds = secondsLeft(course.seen, [...waiting.map(leftOf), ...spares], plannedSecondsPerTrial);
    return `about ${duration(seconds * 1000)} left`;
  };
  return {
    ...effects,
    async up(deployment, anew) {
      if (!anew) {
        began = now();
        warned = false;
      }
      return effects.up(deployment, anew);
    },
    async collect(...collected) {
      await effects.collect(...collected);
      done++;
      const current = waiting[0];
      if (current === undefined || warned) return;
      const usual = expectedSeconds(course.seen, leftOf(current), plannedSecondsPerTrial);
      if (course.seen.length === 0 || tookSeconds() < unusual * usual) return;
      warned = true;
      progress.say(
        `${name(current)}: ${duration(tookSeconds() * 1000)} so far, ${duration(usual * 1000)} expected from earlier trials`,
      );
    },
    async markFailed(...failed) {
      await effects.markFailed(...failed);
      done++;
    },
    async ended(deployment) {
      await effects.ended?.(deployment);
      waiting.shift();
      course.seen.push({ ...leftOf(deployment), seconds: tookSeconds() });
      if (waiting[0]?.block !== deployment.block && !request.signal.aborted) {
        await judge(request, course);
        const lost =
          course.soFar === undefined ? "" : invalidBlocksText(study, course.soFar, meanSeconds(course.seen));
        if (lost !== "" && lost !== course.said) progress.say(lost);
        course.said = lost;
      }
      progress.say(`${name(deployment)}  ${done}/${total} trials, ${left()}`);
    },
  };
}

function blockName({ blocks, spareBlocks }: PlanFile["study"], block: number): string {
  return block < blocks ? `block ${block + 1}/${blocks}` : `spare block ${block + 1 - blocks}/${spareBlocks}`;
}

/** Deployments of the spare blocks that are due so far and not yet started. */
function sparesLeft(study: PlanFile["study"], soFar: InterimAnalysis | undefined): LeftDeployment[] {
  if (soFar === undefined) return [];
  const services = [study.baseline, ...(study.aa ? [study.baseline] : []), ...study.variants];
  return sparesNeeded(study, soFar).flatMap(({ scenario, spare }) => {
    const begun = new Set(
      soFar.trials
        .filter((trial) => isSpare(trial, study) && trial.scenario === scenario)
        .map(({ block }) => block),
    );
    return Array.from({ length: Math.max(0, spare - begun.size) }, () =>
      services.map((variant) => ({ variant, trials: 1 })),
    ).flat();
  });
}

function leftOf({ variant, trials }: Deployment): LeftDeployment {
  return { variant, trials: trials.length };
}

function meanSeconds(seen: readonly SeenDeployment[]): number {
  const last = seen.slice(-4);
  return (
    last.reduce((sum, { seconds }) => sum + seconds, 0) / last.reduce((sum, { trials }) => sum + trials, 0)
  );
}
