import { z } from "zod";
import { type Disruption, onEveryCluster, subjectBase } from "../disruption.ts";
import { clusterApi, deploymentOf, ownedObject, undoOf } from "../kubernetes-api.ts";

const settings = z.strictObject({ seconds: z.number().positive().max(600).default(10) });
const subject = subjectBase.extend({ deployment: ownedObject, replicas: z.int().min(1) });

/** 2 -> 1 -> 2, and with one replica 1 -> 0 -> 1. */
export const scaleDown: Disruption<z.infer<typeof subject>> = {
  description: "one replica fewer for `seconds`, through the API",
  undoing: "scales up to the former number",
  settings,
  subject,
  on: onEveryCluster(async ({ service }) => {
    const { object, deployment } = await deploymentOf(service);
    const replicas = deployment.spec?.replicas ?? 1;
    return {
      subject: `deployment ${object.namespace}/${object.name} (${object.uid})`,
      mechanism: `API: scale ${replicas} -> ${replicas - 1} -> ${replicas}`,
      deployment: object,
      replicas,
    };
  }),
  lastsSeconds: (given) => settings.parse(given).seconds,
  async inject({ deployment, replicas }) {
    const { patchDeployment } = await clusterApi(deployment.cluster);
    await patchDeployment(deployment, { spec: { replicas: replicas - 1 } });
  },
  undo: ({ deployment, replicas }) =>
    undoOf(deployment, ({ patchDeployment }) => patchDeployment(deployment, { spec: { replicas } })),
};
