/** The problems of an object's pods, in the kubelet's words. */
import type { Cluster } from "../api/cluster.ts";
import type { Settled } from "./kind.ts";

/** A container that waits for one of these waits for ever, unless its spec or the node's images change. */
const hopeless = new Set([
  "ErrImageNeverPull",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
]);
/** The same reasons on a busy node, where the kubelet's own time ran out: it tries again within seconds. */
const passing = /failed to sync \w+ cache|context deadline exceeded|is reserved for/;
const restartsToFail = 3;

/** @returns null where nothing is wrong yet */
export async function podTrouble(
  cluster: Cluster,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<Settled | null> {
  for (const pod of await cluster.pods(namespace, labels)) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const { name } = pod.metadata;
    for (const { state, restartCount, lastState } of pod.status?.containerStatuses ?? []) {
      const { reason, message = "" } = state?.waiting ?? {};
      if (hopeless.has(reason) && !passing.test(message)) {
        return { state: "failed", why: `pod ${name}: ${reason}: ${message}` };
      }
      if (reason === "CrashLoopBackOff" && restartCount >= restartsToFail) {
        const exit = lastState?.terminated?.exitCode;
        return {
          state: "failed",
          why: `pod ${name}: its container ended ${restartCount} times, last with ${exit}`,
        };
      }
    }
  }
  return null;
}

/** What each pod that does not answer is waiting for, as sentences; where there is no pod at all, that. */
export async function notReady(
  cluster: Cluster,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const pods = await cluster.pods(namespace, labels);
  if (pods.length === 0) return ["no pod has been made yet"];
  return pods.flatMap(({ metadata, status }) => {
    const condition = (type: string) =>
      status?.conditions?.find((one: { type: string }) => one.type === type);
    if (condition("Ready")?.status === "True") return [];
    const [container] = status?.containerStatuses ?? [];
    const restarts = container?.restartCount > 0 ? `, after ${container.restartCount} restarts` : "";
    return [`pod ${metadata.name}: ${waitingFor(container, condition)}${restarts}`];
  });
}

// biome-ignore lint/suspicious/noExplicitAny: the API server's own shapes
function waitingFor(container: any, condition: (type: string) => any): string {
  const { reason, message = "" } = container?.state?.waiting ?? {};
  if (reason !== undefined) return `${reason} ${message}`.trim();
  if (container?.state?.running !== undefined && container.started === false) {
    return "it is running, but its startup probe has not passed";
  }
  // A missing condition was not evaluated yet: a busy node takes seconds for that.
  const scheduled = condition("PodScheduled");
  if (scheduled?.status !== "True") return scheduled?.message ?? "it is not scheduled to a node yet";
  return condition("Ready")?.message ?? "its node has not started it yet";
}
