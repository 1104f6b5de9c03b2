/**
 * The cluster's API for disruptions. An object is touched only if it carries the stack's label and still has its uid: a
 * replaced object has another uid.
 */
import { existsSync, readFileSync } from "node:fs";
import type { AppsV1Api, CoreV1Api, V1Deployment, V1Pod } from "@kubernetes/client-node";
import { z } from "zod";
import type { ClusterAccess, DeploymentService } from "./service-under-test.ts";

/** Of a stack's objects: whose they are. */
export const ownerLabel = "testbed/variant";
export const deploymentName = "serving";

const clusterAccess = z.strictObject({
  kubeconfig: z.string(),
  context: z.strictObject({ name: z.string(), identity: z.string() }).nullable(),
}) satisfies z.ZodType<ClusterAccess>;

/** An object of the API as it is written down before it is touched. */
export const ownedObject = z.strictObject({
  cluster: clusterAccess,
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
});
export type OwnedObject = z.infer<typeof ownedObject>;

export interface ClusterApi {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  patchDeployment(object: OwnedObject, body: object): Promise<void>;
}

/** The client takes half a second to load: not for a command that only lists the catalog. */
export async function clusterApi(cluster: ClusterAccess): Promise<ClusterApi> {
  const { AppsV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } = await import(
    "@kubernetes/client-node"
  );
  const config = new KubeConfig();
  config.loadFromString(await kubeconfigOf(cluster));
  const apps = config.makeApiClient(AppsV1Api);
  const asMerge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  return {
    apps,
    core: config.makeApiClient(CoreV1Api),
    async patchDeployment({ name, namespace, uid }, body) {
      // A uid in the patch that is not the object's makes the server refuse it.
      await apps.patchNamespacedDeployment(
        { name, namespace, body: { metadata: { uid }, ...body } },
        asMerge,
      );
    },
  };
}

/** @throws Error where a context of the user's kubeconfig now points to another cluster */
async function kubeconfigOf({ kubeconfig, context }: ClusterAccess): Promise<string> {
  if (context === null) return readFileSync(kubeconfig, "utf8");
  const { kubeContext } = await import("../workspace/kube-context.ts");
  const found = kubeContext({ context: context.name, kubeconfig });
  if (found.identity === context.identity) return found.kubeconfig;
  throw new Error(`the context ${context.name} now points to another cluster`);
}

/** @returns false where there is nothing to undo: the object has gone, is another one by now, or its cluster has gone */
export async function undoOf(
  { cluster }: OwnedObject,
  undo: (api: ClusterApi) => Promise<void>,
): Promise<boolean> {
  if (cluster.context === null && !existsSync(cluster.kubeconfig)) return false;
  try {
    await undo(await clusterApi(cluster));
    return true;
  } catch (error) {
    // Not found, and a conflict with the uid in the request.
    if ([404, 409].includes((error as { readonly code?: number }).code ?? 0)) return false;
    throw error;
  }
}

/** @throws Error where it is not this stack's */
export async function deploymentOf(service: Pick<DeploymentService, "cluster" | "namespace">): Promise<{
  readonly object: OwnedObject;
  readonly deployment: V1Deployment;
}> {
  const { cluster, namespace } = service;
  const { apps } = await clusterApi(cluster);
  const deployment = await apps.readNamespacedDeployment({ name: deploymentName, namespace });
  return { object: owned(service, "deployment", deployment), deployment };
}

/** Pods that are ready and not on their way out, by name. */
export async function readyPods(
  service: Pick<DeploymentService, "cluster" | "namespace">,
): Promise<readonly V1Pod[]> {
  const { core } = await clusterApi(service.cluster);
  const { namespace } = service;
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `${ownerLabel}=${namespace}` });
  return items
    .filter(
      ({ metadata, status }) =>
        metadata?.deletionTimestamp === undefined &&
        status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
    )
    .sort((a, b) => (a.metadata!.name! < b.metadata!.name! ? -1 : 1));
}

/** @throws Error where the object does not carry the stack's label */
export function owned(
  { cluster, namespace }: Pick<DeploymentService, "cluster" | "namespace">,
  kind: string,
  { metadata }: Pick<V1Pod, "metadata">,
): OwnedObject {
  const { name = "", uid = "", labels = {} } = metadata ?? {};
  if (labels[ownerLabel] !== namespace)
    throw new Error(`${kind} ${name} does not belong to the stack ${namespace}`);
  return { cluster, namespace, name, uid };
}
