/**
 * The order of effects, and nothing else: every effect is passed in as a function.
 *
 *   for each deployment:  up -> ready -> warmUp -> for each trial: measure -> collect -> drained -> ... -> down
 *
 * Where the service does not drain between two trials, it is redeployed: down -> up -> ready -> warmUp.
 * `down` follows every `up` that was started, whatever failed and however the run was interrupted. A failure
 * marks its trials as failed and the run goes on; three deployments failing in a row end it.
 */
import type { PlannedTrial } from "../../analysis/schema/results-folder.ts";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import type { Deployment } from "../plan/plan.ts";

export interface Effects<Endpoint, Measured> {
  /** @param anew a redeployment, because the service did not drain between two of its trials */
  up(deployment: Deployment, anew: boolean): Promise<Endpoint>;
  /** The runner's own look: does the service answer a request as a user would send it? */
  ready(deployment: Deployment, endpoint: Endpoint): Promise<void>;
  warmUp(deployment: Deployment, endpoint: Endpoint): Promise<void>;
  measure(trial: PlannedTrial, endpoint: Endpoint): Promise<Measured>;
  /** Write the samples and, last, the trial's record. Rejects where the trial has failed. */
  collect(trial: PlannedTrial, measured: Measured, endpoint: Endpoint): Promise<void>;
  /** Before a further trial of the same deployment: false where the backlog of the trial before has not drained. */
  drained(endpoint: Endpoint, next: PlannedTrial): Promise<boolean>;
  /** Record that a trial has no result, and why. */
  markFailed(trial: PlannedTrial, reason: unknown): Promise<void>;
  down(deployment: Deployment): Promise<void>;
  /** The deployment is down for the last time, whatever became of its trials. */
  ended?(deployment: Deployment): Promise<void>;
}

export interface RunOutcome {
  readonly finished: number;
  readonly failed: readonly { readonly trial: string; readonly reason: string }[];
  /** Teardowns that failed: what is left is named in the message. */
  readonly teardownFailures: readonly string[];
  readonly interrupted: boolean;
}

const consecutiveFailuresToStop = 3;
const resumeHint =
  "After the cause is corrected, --resume continues this run. A changed service or study file makes a new run: leave --resume out.";

export async function runDeployments<Endpoint, Measured>(
  deployments: readonly Deployment[],
  effects: Effects<Endpoint, Measured>,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const failed: { trial: string; reason: string }[] = [];
  const teardownFailures: string[] = [];
  let finished = 0;
  let failuresInARow = 0;
  /** Of the last failure. */
  let advice: string | undefined;

  const markFailed = async (trials: readonly PlannedTrial[], reason: unknown) => {
    for (const trial of trials) {
      failed.push({ trial: trial.id, reason: messageOf(reason) });
      await effects.markFailed(trial, reason);
    }
  };

  const begin = async (deployment: Deployment, anew = false) => {
    const endpoint = await effects.up(deployment, anew);
    await effects.ready(deployment, endpoint);
    await effects.warmUp(deployment, endpoint);
    return endpoint;
  };

  for (const deployment of deployments) {
    if (signal.aborted) break;
    const waiting = [...deployment.trials];
    try {
      let endpoint = await begin(deployment);
      while (waiting.length > 0 && !signal.aborted) {
        const trial = waiting[0]!;
        if (trial !== deployment.trials[0] && !(await effects.drained(endpoint, trial))) {
          await effects.down(deployment);
          endpoint = await begin(deployment, true);
        }
        await effects.collect(trial, await effects.measure(trial, endpoint), endpoint);
        waiting.shift();
        finished++;
      }
      failuresInARow = 0;
    } catch (error) {
      // An interrupted trial is not a failed one: it has no record, and --resume runs it again.
      if (!signal.aborted) {
        await markFailed(waiting, error);
        failuresInARow++;
        advice = error instanceof TestbedError ? error.hint : undefined;
      }
    } finally {
      await effects.down(deployment).catch((error: unknown) => {
        teardownFailures.push(`${deployment.variant}: ${messageOf(error)}`);
      });
      await effects.ended?.(deployment);
    }
    if (failuresInARow === consecutiveFailuresToStop) {
      throw new TestbedError("runFailed", `${failuresInARow} deployments in a row failed`, {
        hint: [advice, resumeHint].filter((one) => one !== undefined).join(" "),
        problems: failed
          .slice(-failuresInARow)
          .map(({ trial, reason }) => ({ path: trial, expected: "a finished trial", got: reason })),
      });
    }
  }
  return { finished, failed, teardownFailures, interrupted: signal.aborted };
}
