/** What a trial leaves behind with its service, and must be over before the next trial of the same deployment. */
import type { Endpoint, UnderTest } from "../infra/targets/index.ts";
import type { Sample } from "../workloads/sample.ts";
import { settle } from "./disrupted-trial.ts";
import type { Progress } from "./progress.ts";
import { unrest, until } from "./rest.ts";

export interface Deployed {
  /** A disrupted service is another one afterwards. */
  endpoint: Endpoint;
  readonly upSeconds: number;
  /** It took the place of one that did not come to rest. */
  readonly anew: boolean;
  /** Of the trial before; undefined where there was none. */
  left?: Left;
}

export interface Left {
  readonly trial: string;
  /** The service, where the trial disrupted it. */
  readonly disrupted: UnderTest | null;
  /** Requests that were given up: the service goes on with them all the same. */
  readonly unanswered: number;
}

export function unanswered(samples: readonly Pick<Sample, "outcome">[]): number {
  return samples.filter(({ outcome }) => outcome === "timeout").length;
}

export interface BetweenTrials {
  readonly bodies: readonly Buffer[];
  /** A service at rest answers a lone request within this. */
  readonly responseMs: number;
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, "live" | "say">;
}

/**
 * A service that owes answers is waited for as long as it took to deploy: longer, and a new one is there sooner. Of the
 * two, whichever it was, that takes at most twice the shorter way.
 *
 * @returns false where it must be deployed anew
 * @throws TestbedError where it was disrupted and does not become steady again
 */
export async function restored(deployed: Deployed, between: BetweenTrials): Promise<boolean> {
  const { left, endpoint, upSeconds } = deployed;
  const { bodies, responseMs, signal, progress } = between;
  if (left === undefined) return true;
  if (left.disrupted !== null) {
    progress.live(`after ${left.trial}: waiting for the service to be steady again`);
    const underTest = left.disrupted;
    deployed.endpoint = await settle({ underTest, endpoint, body: bodies[0]!, responseMs, signal });
    return true;
  }
  if (left.unanswered === 0) return true;
  progress.live(`after ${left.trial}: waiting until the service has worked off what it owes`);
  const why = await until(
    () => unrest({ url: endpoint.url, bodies, responseMs, signal }),
    upSeconds * 1000,
    signal,
  );
  if (why === "") return true;
  progress.say(
    `after ${left.trial}: ${left.unanswered} requests were given up, and the service still owes them: deployed anew`,
  );
  return false;
}
