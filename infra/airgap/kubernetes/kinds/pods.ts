/** What is wrong with the pods of an object, in the kubelet's words. */
import type { Cluster } from "../cluster.ts";
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

/** What each pod that does not answer is waiting for, as sentences. */
export async function notReady(
  cluster: Cluster,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  return (await cluster.pods(namespace, labels)).flatMap(({ metadata, status }) => {
    const failing = (status?.conditions ?? []).find(
      ({ type, status }: { type: string; status: string }) =>
        status !== "True" && (type === "PodScheduled" || type === "Ready"),
    );
    if (failing === undefined) return [];
    const [container] = status?.containerStatuses ?? [];
    const { reason, message = "" } = container?.state?.waiting ?? {};
    const doing =
      reason !== undefined
        ? `${reason} ${message}`.trim()
        : container?.state?.running !== undefined && container.started === false
          ? "it runs, and its startup probe has not passed"
          : (failing.message ?? "it is not ready");
    const restarts = container?.restartCount > 0 ? `, after ${container.restartCount} restarts` : "";
    return [`pod ${metadata.name}: ${doing}${restarts}`];
  });
}
