/** The pods of one deployment as the runner needs them: identity, start time and logs. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AppsV1Api, CoreV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";

export interface Pods {
  /**
   * `identity` changes when a pod is replaced, restarted or no longer ready. `readySeconds`: the slowest pod's time
   * from its acceptance by the node to its first answer, to the whole second, as Kubernetes keeps it.
   */
  look(namespace: string): Promise<{
    readonly identity: string;
    readonly readySeconds: number;
    /** Where they run, each once. */
    readonly nodes: readonly string[];
  }>;
  saveLogs(namespace: string, file: string): Promise<void>;
  /**
   * Asks that a namespace and its deployments go, and does not wait for it. The controller of namespaces waits 5 s before it
   * looks at one that is to go: asked now, that time and the pods' own end pass while the engine starts.
   */
  askToGo(namespace: string): Promise<void>;
}

const answeredWithinMs = 20_000;

/** The client waits for ever; a node that is gone never answers. */
export async function answered<T>(call: Promise<T>, signal?: AbortSignal): Promise<T> {
  call.catch(() => undefined); // Its failure may come after the wait is over.
  const limit = AbortSignal.timeout(answeredWithinMs);
  const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  either.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () =>
      reject(
        signal?.aborted === true
          ? signal.reason
          : new Error(`the API server did not answer within ${answeredWithinMs / 1000} s`),
      );
    either.addEventListener("abort", stop, { once: true });
    call.then(resolve, reject).finally(() => either.removeEventListener("abort", stop));
  });
}

export function openPods(kubeconfig: string): Pods {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  const living = async (namespace: string) =>
    (await answered(core.listNamespacedPod({ namespace }))).items.filter(
      ({ metadata }) => metadata?.deletionTimestamp === undefined,
    );

  return {
    async look(namespace) {
      const pods = await living(namespace);
      return {
        identity: pods.map(identityOf).sort().join(","),
        readySeconds: Math.max(0, ...pods.map(readySeconds)),
        nodes: [...new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))].sort(),
      };
    },

    async saveLogs(namespace, file) {
      const parts = await Promise.all(
        (await answered(core.listNamespacedPod({ namespace }))).items.map(async ({ metadata }) => {
          const name = metadata?.name ?? "";
          const log = await answered(core.readNamespacedPodLog({ name, namespace })).catch((error) =>
            String(error),
          );
          return `== ${name}\n${log ?? ""}\n`;
        }),
      );
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, parts.join(""));
    },

    async askToGo(namespace) {
      await answered(core.deleteNamespace({ name: namespace }));
      await answered(apps.deleteCollectionNamespacedDeployment({ namespace }));
    },
  };
}

function identityOf({ metadata, status }: V1Pod): string {
  const restarts = (status?.containerStatuses ?? []).reduce((sum, one) => sum + one.restartCount, 0);
  return `${metadata?.uid}/${restarts}/${conditionOf(status, "Ready")?.status === "True" ? "ready" : "not-ready"}`;
}

function readySeconds({ status }: V1Pod): number {
  const ready = conditionOf(status, "Ready")?.lastTransitionTime;
  if (status?.startTime === undefined || ready === undefined) return 0;
  return (new Date(ready).getTime() - new Date(status.startTime).getTime()) / 1000;
}

function conditionOf(status: V1Pod["status"], type: string) {
  return status?.conditions?.find((one) => one.type === type);
}
