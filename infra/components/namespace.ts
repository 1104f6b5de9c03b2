/** A stack's namespace: what is in it goes with it, in one deletion; pods in it must be non-root and unprivileged. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** @param name of the component, whose child it is; `dnsLabel` names it in the cluster */
export function stackNamespace(
  parent: pulumi.ComponentResource,
  name: string,
  dnsLabel: string,
  labels: Readonly<Record<string, string>>,
) {
  const namespace = new k8s.core.v1.Namespace(
    `${name}-namespace`,
    {
      metadata: { name: dnsLabel, labels: { ...labels, "pod-security.kubernetes.io/enforce": "restricted" } },
    },
    { parent, customTimeouts: { create: "1m", delete: "2m" } },
  );
  return {
    namespace,
    /** Of everything in it. */
    metadata: { namespace: namespace.metadata.name, labels },
    inside: { parent, deletedWith: namespace },
  };
}
