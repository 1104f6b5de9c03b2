/** Isolates the trials of one deployment: effects of a trial on its service must be over before the next trial. */
import type { MachineReading } from "../../analysis/gates/machine.ts";
import type { Endpoint, UnderTest } from "../../infra/targets/index.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import type { Sample } from "../../workloads/samples/sample.ts";
import type { TimelineEvent } from "../../workloads/samples/timeline.ts";
import type { Progress } from "../terminal/progress.ts";
import { settle } from "./disrupted-trial.ts";
import { until, whyNotDrained } from "./drain.ts";

export interface Deployed {
  /** A disrupted service is another one afterwards. */
  endpoint: Endpoint;
  readonly upSeconds: number;
  /** Speed of the machine before the deployment; undefined where it was not probed. */
  readonly machine: MachineReading | undefined;
  /** It took the place of one whose backlog did not drain. */
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
  /** Pods whose container ended and which stay. */
  readonly restartedPods: number;
}

export function unanswered(samples: readonly Pick<Sample, "outcome">[]): number {
  return samples.filter(({ outcome }) => outcome === "timeout").length;
}

/**
 * Pods whose container ended while the pod stayed. The kubelet waits before it starts such a one again, and longer each time
 * within 10 minutes (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy): a further trial would
 * measure what the one before did.
 */
export function restartedPods(events: readonly Pick<TimelineEvent, "kind" | "subject">[]): number {
  const podsWith = (...kinds: readonly string[]) =>
    // "pod serving-x (uid): OOMKilled (137)"
    events.filter(({ kind }) => kinds.includes(kind)).map(({ subject }) => subject.split(":")[0]!);
  const gone = new Set(podsWith("pod-deleting", "pod-deleted"));
  return new Set(podsWith("container-ended", "restarted").filter((pod) => !gone.has(pod))).size;
}

export interface TrialIsolation {
  readonly asked: Asked;
  /** A service without a backlog answers a lone request within this. */
  readonly responseMs: number;
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, "live" | "say">;
}

/**
 * Waits for the backlog to drain, at most as long as a deployment takes; then the caller redeploys. That takes at most twice the
 * shorter of the two. A disrupted service must be steady first, so that its node and its control plane are back too; where the
 * disruption ended containers of it, it is redeployed.
 *
 * @returns false where it must be redeployed
 * @throws TestbedError where it was disrupted and does not become steady again
 */
export async function readyForNextTrial(deployed: Deployed, between: TrialIsolation): Promise<boolean> {
  const { left, endpoint, upSeconds } = deployed;
  const { asked, responseMs, signal, progress } = between;
  if (left === undefined) return true;
  if (left.disrupted !== null) {
    progress.live(`after ${left.trial}: waiting for the service to be steady again`);
    const underTest = left.disrupted;
    deployed.endpoint = await settle({ underTest, endpoint, asked, responseMs, signal });
    return left.restartedPods === 0;
  }
  if (left.unanswered === 0) return true;
  progress.live(`after ${left.trial}: waiting for the service's backlog to drain`);
  const why = await until(
    () => whyNotDrained({ url: endpoint.url, asked, responseMs, signal }),
    upSeconds * 1000,
    signal,
  );
  if (why === "") return true;
  progress.say(
    `after ${left.trial}: ${left.unanswered} requests were given up and the service's backlog has not drained: redeploying`,
  );
  return false;
}
