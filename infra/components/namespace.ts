/**
 * A stack's namespace. Deleting it deletes everything in it. Its pods must be non-root and unprivileged, their number
 * and size are limited to the stack's needs, and they may reach only the peers that the stack names, where the nodes
 * enforce network policies.
 */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export interface StackNamespaceArgs {
  /** In the cluster; a DNS label. */
  readonly dnsLabel: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly quota: Quota;
  /** Addresses of the cluster's pods; undefined where the testbed may not restrict the cluster's traffic. */
  readonly podNetwork: string | undefined;
  readonly speaks: Speaks;
}

export interface Quota {
  /** At the same time, those on their way out among them. */
  readonly pods: number;
  /** Of each container: the sum over all pods is the limit, and what says nothing of its own gets these. */
  readonly each: Amounts;
  readonly nodePorts: number;
}

export interface Amounts {
  readonly requests: Readonly<Record<Resource, string>>;
  readonly limits: Readonly<Record<Resource, string>>;
}
export const resources = ["cpu", "memory", "ephemeral-storage"] as const;
export type Resource = (typeof resources)[number];

export interface Speaks {
  /** Whoever is no pod may ask this port, and pods of these namespaces. */
  readonly port: number;
  readonly askedBy: Labels | undefined;
  /** Pods of these namespaces may be asked. */
  readonly asks: Labels | undefined;
  /** And whatever is no pod. */
  readonly asksOutside: boolean;
}
type Labels = Readonly<Record<string, string>>;

/**
 * The policy of this Kubernetes version is enforced, whatever the cluster's own version is. An older cluster applies its newest.
 */
const podSecurity = { level: "restricted", version: "v1.34" };

/** On every object, beside its own labels. */
const commonLabels = {
  "app.kubernetes.io/managed-by": "pulumi",
  "app.kubernetes.io/part-of": "serving-testbed",
};

/** @param name of the component, whose child it is */
export function stackNamespace(
  parent: pulumi.ComponentResource,
  name: string,
  { dnsLabel, labels: own, quota, podNetwork, speaks }: StackNamespaceArgs,
) {
  const labels = { ...own, ...commonLabels };
  const namespace = new k8s.core.v1.Namespace(
    `${name}-namespace`,
    {
      metadata: { name: dnsLabel, labels: { ...labels, ...podSecurityLabels() } },
    },
    { parent, customTimeouts: { create: "1m", delete: "2m" } },
  );
  /** Of everything in it. */
  const metadata = { namespace: namespace.metadata.name, labels };
  const inside = { parent, deletedWith: namespace };
  const named = { metadata: { ...metadata, name: "testbed" } };
  const limits = new k8s.core.v1.LimitRange(
    `${name}-limits`,
    {
      ...named,
      spec: {
        limits: [{ type: "Container", default: quota.each.limits, defaultRequest: quota.each.requests }],
      },
    },
    inside,
  );
  const most = new k8s.core.v1.ResourceQuota(
    `${name}-quota`,
    { ...named, spec: { hard: hardLimits(quota) } },
    inside,
  );
  const rules =
    podNetwork === undefined
      ? []
      : [
          new k8s.networking.v1.NetworkPolicy(
            `${name}-network`,
            { ...named, spec: networkRules(podNetwork, speaks) },
            inside,
          ),
        ];
  return {
    namespace,
    metadata,
    /** Pods come after what holds for them. */
    inside: { ...inside, dependsOn: [limits, most, ...rules] },
  };
}

/** A refused object is also recorded in the audit log, and its creator is warned. */
function podSecurityLabels(): Record<string, string> {
  return Object.fromEntries(
    ["enforce", "audit", "warn"].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, podSecurity.level],
      [`pod-security.kubernetes.io/${mode}-version`, podSecurity.version],
    ]),
  );
}

function hardLimits({ pods, each, nodePorts }: Quota): Record<string, string> {
  const sums = (["requests", "limits"] as const).flatMap((kind) =>
    resources.map((resource): [string, string] => [`${kind}.${resource}`, times(each[kind][resource], pods)]),
  );
  return {
    ...Object.fromEntries(sums),
    pods: String(pods),
    "services.nodeports": String(nodePorts),
    "services.loadbalancers": "0",
    persistentvolumeclaims: "0",
  };
}

/** A quantity, so many times. */
function times(quantity: string, factor: number): string {
  const [, amount = "", unit = ""] = /^([\d.]+)([a-zA-Z]*)$/.exec(quantity) ?? [];
  // Thousandths are the finest that there is; a sum of binary fractions would show more.
  return `${Math.round(Number(amount) * factor * 1000) / 1000}${unit}`;
}

function networkRules(
  podNetwork: string,
  { port, askedBy, asks, asksOutside }: Speaks,
): k8s.types.input.networking.v1.NetworkPolicySpec {
  const noPod = { ipBlock: { cidr: "0.0.0.0/0", except: [podNetwork] } };
  const podsOf = (matchLabels: Labels | undefined) =>
    matchLabels === undefined ? [] : [{ namespaceSelector: { matchLabels } }];
  const to = [...podsOf(asks), ...(asksOutside ? [noPod] : [])];
  return {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    // This machine, the nodes and the API server.
    ingress: [{ from: [...podsOf(askedBy), noPod], ports: [{ protocol: "TCP", port }] }],
    egress: to.length === 0 ? [] : [{ to }],
  };
}
