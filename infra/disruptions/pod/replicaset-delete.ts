import { z } from "zod";
import { type Disruption, onEveryCluster, subjectBase } from "../disruption.ts";
import { clusterApi, deploymentOf, owned, ownedObject, ownerLabel } from "../kubernetes-api.ts";

const subject = subjectBase.extend({ replicaSet: ownedObject });

/** Deletes all pods at once together with the object that would replace them: the deployment must start again. */
export const replicaSetDelete: Disruption<z.infer<typeof subject>> = {
  description: "deletes the deployment's replica set, and so all its pods, through the API",
  undoing: "not needed: the deployment creates another one",
  settings: z.strictObject({}),
  subject,
  on: onEveryCluster(async ({ service }) => {
    const { cluster, namespace } = service;
    const { object } = await deploymentOf(service);
    const { apps } = await clusterApi(cluster);
    const { items } = await apps.listNamespacedReplicaSet({
      namespace,
      labelSelector: `${ownerLabel}=${namespace}`,
    });
    const current = items.find(
      ({ metadata, status }) =>
        metadata?.ownerReferences?.some(({ uid }) => uid === object.uid) && (status?.readyReplicas ?? 0) > 0,
    );
    if (current === undefined) throw new Error(`${service.name} has no replica set with ready pods`);
    const replicaSet = owned(service, "replica set", current);
    return {
      subject: `replica set ${replicaSet.name} (${replicaSet.uid})`,
      mechanism: "API: delete",
      replicaSet,
    };
  }),
  lastsSeconds: () => 0,
  async inject({ replicaSet: { cluster, name, namespace, uid } }) {
    const { apps } = await clusterApi(cluster);
    await apps.deleteNamespacedReplicaSet({
      ...{ name, namespace },
      body: { preconditions: { uid }, propagationPolicy: "Background" },
    });
  },
  undo: async () => false,
  endsWithService: true,
};
