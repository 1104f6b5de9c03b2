/**
 * The common frame of commands that deploy: set-up, one target, and teardown at the end, also after Ctrl-C and after a
 * failure.
 */
import { TestbedError } from "../../errors/errors.ts";
import { checkVariables } from "../../infra/services/definition/run.ts";
import type { Service } from "../../infra/services/index.ts";
import { type Endpoint, type OpenTarget, type Target, targets } from "../../infra/targets/index.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { interruptSignal } from "../terminal/interrupt.ts";
import type { Progress } from "../terminal/progress.ts";
import { undoLeftovers } from "./leftover-disruptions.ts";
import { lockCheckout } from "./lock.ts";
import { watchOtherRuns } from "./other-runs.ts";
import { setUp, type Workbench } from "./setup.ts";

export interface TargetSession extends Workbench {
  readonly target: OpenTarget;
  readonly signal: AbortSignal;
  /** Records the path of the results, for commands that are refused meanwhile. */
  readonly tellResults: (folder: string) => Promise<void>;
  /** Runs of other workspaces that were there so far, a sentence each. */
  readonly otherRuns: () => readonly string[];
}

export interface TargetChoice {
  readonly target: string;
  readonly service: Service;
  /** Of a service that has a choice of them. */
  readonly model: string | undefined;
  /** Its load: the first request of it shows that it is ready. */
  readonly asked?: Asked | undefined;
  /** Those that will be deployed. */
  readonly variants: readonly string[];
  /** Answers tell their stages, whatever the variants say. */
  readonly stages?: boolean;
  /** Leave the node up. */
  readonly keep?: boolean;
}

/** @throws TestbedError (interrupted) after Ctrl-C, (runFailed) where another run has taken the workspace; every deployment is down */
export async function withTarget<T>(
  choice: TargetChoice,
  progress: Progress,
  work: (context: TargetSession) => Promise<T>,
): Promise<T> {
  const { runsAlready = false }: Target = targets[choice.target as keyof typeof targets];
  if (!runsAlready) checkVariables(choice.service.spec.run);
  const lost = new AbortController();
  const checkout = await lockCheckout({
    onLost(why) {
      progress.say(`${why.message}, because this run could not renew its lock: tearing down ...`);
      lost.abort(why);
    },
  });
  const { signal: interrupt, release } = interruptSignal(progress.say);
  const signal = AbortSignal.any([interrupt, lost.signal]);
  const others = watchOtherRuns({ say: progress.say });
  let target: OpenTarget | undefined;
  try {
    // This run holds the checkout: records found in it were left by a killed runner.
    const failWhereLeft = await undoLeftovers(progress.say);
    failWhereLeft();
    const { toolchain, model } = await setUp(choice, progress);
    target = targets[choice.target as keyof typeof targets].open({
      toolchain,
      service: choice.service,
      model: choice.model,
      stages: choice.stages === true,
    });
    return await work({
      ...{ toolchain, model, target, signal },
      tellResults: checkout.tell,
      otherRuns: others.notes,
    });
  } catch (error) {
    if (lost.signal.aborted) throw lost.signal.reason;
    if (!signal.aborted) throw error;
    throw new TestbedError("interrupted", "stopped; every deployment is down", { cause: error });
  } finally {
    progress.end();
    if (choice.keep === true) {
      progress.say(
        "The shared resources of the target (for k3s its node) stay up; npx testbed down --all removes them",
      );
    } else {
      await target?.end?.().catch((error: unknown) => {
        progress.say(`the shared resources of the target could not be taken down: ${String(error)}`);
        progress.say("npx testbed down --all removes them");
      });
    }
    release();
    others.end();
    await checkout.release();
  }
}

/** One variant up for as long as `work` takes. */
export async function deployed<T>(
  { target, signal }: Pick<TargetSession, "target" | "signal">,
  variant: string,
  work: (endpoint: Endpoint) => Promise<T>,
): Promise<T> {
  try {
    return await work(await target.up(variant, { signal }));
  } finally {
    await target.down(variant);
  }
}
