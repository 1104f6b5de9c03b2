import { z } from "zod";
import { type Disruption, onEveryCluster, subjectBase } from "../disruption.ts";
import { clusterApi, owned, ownedObject, readyPods } from "../kubernetes-api.ts";

const settings = z.strictObject({
  /** Grace period in seconds for requests in flight; -1: the pod's own; 0 kills at once. */
  graceSeconds: z.int().min(-1).max(3600).default(-1),
});
const subject = subjectBase.extend({ pod: ownedObject, graceSeconds: z.int() });

/** A drained node, an eviction, or a person. */
export const podDelete: Disruption<z.infer<typeof subject>> = {
  description: "deletes one ready pod through the API",
  undoing: "not needed: its replica set creates another one",
  settings,
  subject,
  on: onEveryCluster(async ({ service, settings, random }) => {
    const pods = await readyPods(service);
    if (pods.length === 0) throw new Error(`${service.name} has no ready pod`);
    const pod = owned(service, "pod", pods[random.index(pods.length)]!);
    return { subject: `pod ${pod.name} (${pod.uid})`, mechanism: "API: delete", pod, ...settings };
  }),
  lastsSeconds: () => 0,
  async inject({ pod: { cluster, name, namespace, uid }, graceSeconds }) {
    const { core } = await clusterApi(cluster);
    await core.deleteNamespacedPod({
      name,
      namespace,
      body: { preconditions: { uid }, ...(graceSeconds < 0 ? {} : { gracePeriodSeconds: graceSeconds }) },
    });
  },
  undo: async () => false,
  endsWithService: true,
};
