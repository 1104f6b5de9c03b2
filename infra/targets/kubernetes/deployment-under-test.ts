/** A deployment on a cluster, as disruptions see it. */
import { deploymentOf, readyPods } from "../../disruptions/kubernetes-api.ts";
import type { DeploymentService } from "../../disruptions/service-under-test.ts";
import type { Endpoint, UnderTest } from "../target.ts";
import type { DisruptableSite } from "./cluster-site.ts";
import { watchDeployment } from "./pods/deployment-watch.ts";
import { openPods } from "./pods/pods.ts";

/** @param kubeconfig text, as for the pods @param stack of the deployment */
export async function deploymentUnderTest(
  kubeconfig: string,
  { service: site, whyNodesNotReady = async () => "", watchesNodes = false }: DisruptableSite,
  endpoint: Endpoint,
  stack: string,
): Promise<UnderTest> {
  const [namespace = ""] = endpoint.identity.split(" ");
  const replicas = (await readyPods({ cluster: site.cluster, namespace })).length;
  const service: DeploymentService = {
    ...site,
    name: stack,
    namespace,
    origin: new URL(endpoint.url).origin,
    replicas,
  };
  return {
    service,
    async whyNotReady() {
      const { deployment } = await deploymentOf(service);
      const { metadata, spec, status } = deployment;
      if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0))
        return "the controller has not seen its newest configuration";
      const pods = await readyPods(service);
      const ready = pods.length;
      if (spec?.replicas !== replicas || ready < replicas) return `${ready} of ${replicas} pods are ready`;
      if ((status?.updatedReplicas ?? 0) < replicas) return "some pods do not have its newest configuration";
      return whyNodesNotReady(pods);
    },
    watch: (onEvent) => watchDeployment(kubeconfig, { namespace, nodes: watchesNodes }, onEvent),
    async now() {
      const { identity } = await openPods(kubeconfig).look(namespace);
      return { ...endpoint, identity: `${namespace} ${identity}` };
    },
  };
}
