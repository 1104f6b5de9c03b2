/** The CPU quota counters of a deployment's containers, from each container's own cgroup. */
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { CoreV1Api, Exec, KubeConfig } from "@kubernetes/client-node";
import { parseCpuStat, type QuotaPeriods } from "../../../../workloads/samples/cpu-quota.ts";
import { answered } from "./pods.ts";

/** By the container's own Python, whatever its version; `-S`: nothing but the file itself. */
const readCounters = ["/proc/1/exe", "-S", "quota.py"];

/**
 * Asked inside the container, which needs nothing of the node: it is the same on a host, in Docker and on a cluster.
 * @returns one entry per container in the order of the pods' names; null where one of them does not tell
 */
export async function containerQuotas(
  kubeconfig: string,
  namespace: string,
): Promise<readonly QuotaPeriods[] | null> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const exec = new Exec(config);
  const { items } = await answered(config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace }));
  const containers = items
    .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
    .sort((a, b) => (a.metadata!.name! < b.metadata!.name! ? -1 : 1))
    .flatMap(({ metadata, spec }) =>
      (spec?.containers ?? []).map(({ name }) => ({ pod: metadata!.name!, name })),
    );
  const quotas: QuotaPeriods[] = [];
  for (const { pod, name } of containers) {
    const quota = parseCpuStat(await answered(outputOf(exec, namespace, pod, name)));
    if (quota === null) return null;
    quotas.push(quota);
  }
  return quotas;
}

/** Empty where it cannot be run. */
async function outputOf(exec: Exec, namespace: string, pod: string, container: string): Promise<string> {
  const out = new PassThrough();
  const socket = await exec.exec(namespace, pod, container, readCounters, out, null, null, false, () =>
    out.end(),
  );
  socket.onclose = () => out.end();
  return text(out);
}
