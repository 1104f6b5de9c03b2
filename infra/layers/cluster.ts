/** An existing cluster: a context that the user has named, and images that the cluster pulls from a registry. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RegistryImage } from "../components/docker-resources.ts";
import { kubeContext } from "../workspace/kube-context.ts";
import { readSettings } from "../workspace/settings-file.ts";
import type { Platform } from "./platform.ts";

export async function clusterPlatform(): Promise<Platform> {
  const settings = await readSettings("cluster");
  const { kubeconfig, identity } = kubeContext(settings);
  const { context, registry } = settings;
  return {
    provider: new k8s.Provider("cluster", {
      kubeconfig: pulumi.secret(kubeconfig),
      context,
      clusterIdentifier: identity,
      // One that does not answer has not gone for that: what is on it must be taken down when it does.
      deleteUnreachable: false,
      enablePatchForce: true,
    }),
    imagePullPolicy: "IfNotPresent",
    serviceType: "ClusterIP",
    podNetwork: undefined,
    image: (found) => new RegistryImage("image", { ...found, registry }).reference,
    url: () => "",
  };
}
