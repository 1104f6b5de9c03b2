/** Rollouts to an equal configuration: only an annotation, the time of the rollout, changes. */
import { z } from "zod";
import { type Disruption, onEveryCluster, subjectBase } from "../disruption.ts";
import { clusterApi, deploymentOf, ownedObject, undoOf } from "../kubernetes-api.ts";

const strategy = z.looseObject({ type: z.string() });
const subject = subjectBase.extend({
  deployment: ownedObject,
  during: strategy,
  /** As it was; null where it stays. */
  before: strategy.nullable(),
});

const annotation = "testbed/rolled-out-at";

/** As `kubectl rollout restart` does it. */
export function rollout(strategyName: "RollingUpdate" | "Recreate"): Disruption<z.infer<typeof subject>> {
  return {
    description:
      strategyName === "Recreate"
        ? "a rollout to an equal configuration by Recreate: all pods stop before the first new one starts"
        : "a rollout to an equal configuration by RollingUpdate: a new pod answers before an old one stops",
    undoing: "restores the deployment's strategy; the rollout itself stays",
    settings: z.strictObject({}),
    subject,
    on: onEveryCluster(async ({ service }) => {
      const { object, deployment } = await deploymentOf(service);
      const before = strategy.parse(deployment.spec?.strategy);
      const same = before.type === strategyName;
      return {
        subject: `deployment ${object.namespace}/${object.name} (${object.uid})`,
        mechanism: `API: rollout by ${strategyName}`,
        deployment: object,
        during: same ? before : { type: strategyName },
        before: same ? null : before,
      };
    }),
    lastsSeconds: () => 0,
    async inject({ deployment, during }) {
      const { patchDeployment } = await clusterApi(deployment.cluster);
      const annotations = { [annotation]: new Date().toISOString() };
      await patchDeployment(deployment, {
        spec: {
          strategy: during.type === "Recreate" ? { ...during, rollingUpdate: null } : during,
          template: { metadata: { annotations } },
        },
      });
    },
    async undo({ deployment, before }) {
      if (before === null) return false;
      return undoOf(deployment, async ({ apps, patchDeployment }) => {
        await rolledOut(apps, deployment);
        await patchDeployment(deployment, { spec: { strategy: before } });
      });
    },
  };
}

const rolledOutWithinMs = 60_000;
const pollMs = 200;

/** The strategy may only be put back once it has done its work: what it decides, it decides as it goes. */
async function rolledOut(
  apps: Awaited<ReturnType<typeof clusterApi>>["apps"],
  { name, namespace }: z.infer<typeof ownedObject>,
): Promise<void> {
  for (const deadline = performance.now() + rolledOutWithinMs; performance.now() < deadline; ) {
    const { metadata, spec, status } = await apps.readNamespacedDeployment({ name, namespace });
    const seen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
    if (seen && (status?.updatedReplicas ?? 0) >= (spec?.replicas ?? 1)) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
