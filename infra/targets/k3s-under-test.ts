/** A deployment on the K3s node of this host as disruptions know it. */
import { join } from "node:path";
import { deploymentOf, readyPods } from "../disruptions/kubernetes.ts";
import type { K3sService } from "../disruptions/services.ts";
import { registered } from "../plugin/registry.ts";
import { openPods } from "./k3s-pods.ts";
import { watchDeployment } from "./k3s-watch.ts";
import type { Endpoint, UnderTest } from "./target.ts";

/** @param kubeconfig the node's credentials @throws Error where the node is none of this checkout's */
export async function k3sUnderTest(
  kubeconfig: string,
  endpoint: Endpoint,
  stack: string,
): Promise<UnderTest> {
  const node = registered().find(({ traces }) => traces !== undefined);
  if (node?.traces === undefined) throw new Error("the node is none of this checkout's");
  const [namespace = ""] = endpoint.identity.split(" ");
  const known = { kubeconfig: join(node.traces.stateFolder, "kubeconfig.yaml"), namespace };
  const replicas = (await readyPods(known)).length;
  const service: K3sService = {
    target: "k3s",
    name: stack,
    ...known,
    origin: new URL(endpoint.url).origin,
    replicas,
  };
  return {
    service,
    async lacks() {
      const { deployment } = await deploymentOf(service);
      const { metadata, spec, status } = deployment;
      if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0))
        return "a controller that has seen it";
      const ready = (await readyPods(service)).length;
      if (spec?.replicas !== replicas || ready < replicas) return `${ready} of ${replicas} ready pods`;
      return (status?.updatedReplicas ?? 0) < replicas ? "pods of its newest configuration" : "";
    },
    watch: (onEvent) => watchDeployment(service, onEvent),
    async now() {
      const { identity } = await openPods(kubeconfig).look(namespace);
      return { ...endpoint, identity: `${namespace} ${identity}` };
    },
  };
}
