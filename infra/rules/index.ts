/** The rules by name. To add one: an entry here, and a case in test/graph/rules.test.ts that breaks it. */
import { imageUserAnnotation } from "../components/pod-annotations.ts";
import {
  cronJobType,
  everyContainer,
  type GraphResource,
  ofType,
  podType,
  type Rule,
  type Violation,
  workloads,
} from "./rule.ts";

const deploymentType = "kubernetes:apps/v1:Deployment";
const jobType = "kubernetes:batch/v1:Job";
const namespaceType = "kubernetes:core/v1:Namespace";
const quotaType = "kubernetes:core/v1:ResourceQuota";

export const rules = {
  limits: everyContainer("every container has CPU and memory requests and limits", ({ resources }) => {
    const missing = ["requests", "limits"].flatMap((kind) =>
      ["cpu", "memory", "ephemeral-storage"]
        .filter((name) => resources?.[kind]?.[name] === undefined)
        .map((name) => `${kind}.${name}`),
    );
    return missing.length === 0 ? null : `no ${missing.join(", ")}`;
  }),

  digests: everyContainer("every image is pinned by digest", ({ image }) =>
    /@sha256:[0-9a-f]{64}$/.test(image) ? null : String(image),
  ),

  nonRoot: everyContainer("no container runs as root or can become it", ({ securityContext = {} }, pod) => {
    const asRoot = (securityContext.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) !== true;
    if (asRoot) return "runAsNonRoot is not set";
    if (securityContext.allowPrivilegeEscalation !== false) return "may gain privileges";
    if (securityContext.privileged === true) return "is privileged";
    return securityContext.capabilities?.drop?.includes("ALL") ? null : "keeps capabilities";
  }),

  user: everyContainer(
    "every container states a numeric user and group, or that it uses its image's",
    ({ securityContext = {} }, pod, { annotations }) => {
      const missing = ["runAsUser", "runAsGroup"].filter((name) => {
        const id = securityContext[name] ?? pod.securityContext?.[name];
        return id === undefined ? annotations[imageUserAnnotation] !== "image" : !(id > 0);
      });
      return missing.length === 0 ? null : `no ${missing.join(" and ")} above 0`;
    },
  ),

  seccomp: everyContainer("every container has a seccomp profile", ({ securityContext }, pod) => {
    const profile = securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile;
    if (["RuntimeDefault", "Localhost"].includes(profile?.type)) return null;
    return profile === undefined ? "no seccompProfile" : `seccompProfile ${profile.type}`;
  }),

  readOnlyRoot: everyContainer("every root file system is read-only", ({ securityContext }) =>
    securityContext?.readOnlyRootFilesystem === true ? null : "its root is writable",
  ),

  probes: everyContainer(
    "servers are probed by HTTP requests, never by an open port",
    (container, _, { resource }) => {
      if (resource.type !== deploymentType) return null;
      const missing = ["startupProbe", "readinessProbe", "livenessProbe"].filter(
        (name) => container[name]?.httpGet === undefined,
      );
      return missing.length === 0 ? null : `no httpGet in ${missing.join(", ")}`;
    },
  ),

  noHost: {
    says: "no pod has access to its node or to the API server",
    violations: (graph) =>
      workloads(graph).flatMap(({ resource, pod }) => {
        const reaches = ["hostNetwork", "hostPID", "hostIPC"].filter((name) => pod[name] === true);
        if ((pod.volumes ?? []).some((volume: { hostPath?: unknown }) => volume.hostPath !== undefined)) {
          reaches.push("hostPath");
        }
        const ports = [...(pod.initContainers ?? []), ...pod.containers].flatMap((one) => one.ports ?? []);
        if (ports.some(({ hostPort }: { hostPort?: number }) => (hostPort ?? 0) > 0))
          reaches.push("hostPort");
        if (pod.automountServiceAccountToken !== false) reaches.push("a service account's token");
        return reaches.map((got) => ({ resource: resource.name, got }));
      }),
  },

  owned: {
    says: "every pod has a controller that replaces it, and none is made by a CronJob",
    violations: (graph) => [
      ...ofType(graph, podType).map(({ name }) => ({ resource: name, got: "a bare pod" })),
      ...ofType(graph, cronJobType).map(({ name }) => ({ resource: name, got: "a CronJob" })),
    ],
  },

  bounded: {
    says: "every namespace has a quota of pods and of their resources",
    violations: (graph) =>
      ofType(graph, namespaceType).flatMap(({ name, inputs }) => {
        const own = ofType(graph, quotaType).filter(
          (quota) => quota.inputs.metadata?.namespace === inputs.metadata?.name,
        );
        if (own.length === 0) return [{ resource: name, got: "no ResourceQuota" }];
        const counted = own.flatMap((quota) => Object.keys(quota.inputs.spec.hard));
        const missing = quotaOf.filter((one) => !counted.includes(one));
        return missing.length === 0 ? [] : [{ resource: name, got: `no quota of ${missing.join(", ")}` }];
      }),
  },

  reached: {
    says: "a service selects the pods of a deployment, and a disruption budget covers them where there are two or more",
    violations: (graph) => [
      ...ofType(graph, "kubernetes:core/v1:Service")
        .filter(({ inputs }) => !selectsSome(graph, inputs.spec.selector))
        .map(({ name }) => ({ resource: name, got: "it selects no pod" })),
      ...ofType(graph, deploymentType).flatMap(({ name, inputs: { spec } }) => {
        const covered = isCovered(graph, spec.template.metadata.labels);
        if (covered === (spec.replicas ?? 1) > 1) return [];
        const got = covered
          ? "a disruption budget for a single pod protects nothing"
          : "no disruption budget";
        return [{ resource: name, got }];
      }),
    ],
  },

  oneAttempt: {
    says: "a load job runs once: a retry would corrupt the measurement",
    violations: (graph) =>
      ofType(graph, jobType).flatMap(({ name, inputs: { spec } }): Violation[] => [
        ...(spec.backoffLimit === 0 ? [] : [{ resource: name, got: `backoffLimit ${spec.backoffLimit}` }]),
        ...(spec.template.spec.restartPolicy === "Never"
          ? []
          : [{ resource: name, got: `restartPolicy ${spec.template.spec.restartPolicy}` }]),
        ...(spec.ttlSecondsAfterFinished === undefined ? [] : [{ resource: name, got: "it has a TTL" }]),
      ]),
  },
} satisfies Record<string, Rule>;

const quotaOf = ["pods", "limits.cpu", "limits.memory", "limits.ephemeral-storage"];

/** Every violation of every rule, as sentences. */
export function broken(graph: readonly GraphResource[]): readonly string[] {
  return Object.values(rules).flatMap((rule: Rule) =>
    rule.violations(graph).map(({ resource, got }) => `${resource}: ${rule.says}; got: ${got}`),
  );
}

type Labels = Readonly<Record<string, string>>;

function selectsSome(graph: readonly GraphResource[], selector: Labels = {}): boolean {
  const asked = Object.entries(selector);
  return (
    asked.length > 0 &&
    workloads(graph).some(({ labels }) => asked.every(([key, value]) => labels[key] === value))
  );
}

function isCovered(graph: readonly GraphResource[], labels: Labels): boolean {
  return ofType(graph, "kubernetes:policy/v1:PodDisruptionBudget").some(({ inputs }) =>
    Object.entries(inputs.spec.selector.matchLabels).every(([key, value]) => labels[key] === value),
  );
}

export type { GraphResource, Rule, Violation } from "./rule.ts";
