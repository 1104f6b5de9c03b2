/**
 * One variant as Kubernetes runs it: a namespace with the restricted pod standard, its settings, a deployment whose
 * probes mean "loaded and warm", a service and a disruption budget.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { podResources, replicasOf } from "../layers/pod-resources.ts";
import { serviceEnvironment, type Variant } from "../variants/index.ts";
import { graceSeconds, usualLifecycle } from "../variants/lifecycle.ts";
import { stackNamespace } from "./namespace.ts";

export interface ServingStackArgs {
  /** Namespace and label; a DNS label. */
  readonly name: string;
  readonly variant: Variant;
  /** By digest. */
  readonly image: pulumi.Input<string>;
  /** Never where images are loaded into the node, IfNotPresent where a registry holds them. */
  readonly imagePullPolicy: "Never" | "IfNotPresent";
  readonly serviceType: "NodePort" | "ClusterIP";
  readonly startTimeoutSeconds: number;
}

/** Of the pods of every variant. */
export const servingLabels = { "app.kubernetes.io/name": "sentiment" };

const port = 3000;
const serverLabel = "node-role.kubernetes.io/control-plane";
/**
 * A single copy is better off on a node that can be lost without the API, and a second one on another node than the first.
 * The scheduler scales preferences to 0..100 and weighs them as it weighs the spread: a server that gets half for
 * being a node at all loses 50 to the others, and a node loses 100 for holding a copy already: each by as much as the
 * scheduler's other scores can make up for.
 */
const offServers = [
  { weight: 50, preference: { matchExpressions: [{ key: serverLabel, operator: "DoesNotExist" }] } },
  { weight: 50, preference: { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "Exists" }] } },
];

export class ServingStack extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;
  readonly nodePort: pulumi.Output<number>;
  readonly clusterIp: pulumi.Output<string>;

  constructor(name: string, args: ServingStackArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("testbed:serving:Stack", name, {}, options);
    const labels = { ...servingLabels, "testbed/variant": args.name };

    const { namespace, metadata, inside } = stackNamespace(this, name, args.name, labels);

    const settings = new k8s.core.v1.ConfigMap(
      `${name}-settings`,
      { metadata, data: serviceEnvironment(args.variant) },
      inside,
    );
    const deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: { ...metadata, name: "serving" },
        spec: {
          replicas: replicasOf(args.variant),
          revisionHistoryLimit: 1,
          progressDeadlineSeconds: args.startTimeoutSeconds,
          // A rollout never takes away an answering pod before its successor answers.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: podSpec(args, settings.metadata.name, labels),
          },
        },
      },
      {
        ...inside,
        customTimeouts: { create: `${args.startTimeoutSeconds + 30}s`, update: "10m", delete: "2m" },
      },
    );
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      {
        metadata: { ...metadata, name: "serving" },
        spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
      },
      inside,
    );
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: { ...metadata, name: "serving" },
        spec: {
          type: args.serviceType,
          selector: labels,
          ports: [{ name: "http", port: 80, targetPort: port }],
        },
      },
      { ...inside, dependsOn: deployment, customTimeouts: { create: "1m" } },
    );

    this.namespace = namespace.metadata.name;
    this.nodePort = service.spec.ports[0]!.nodePort;
    this.clusterIp = service.spec.clusterIP;
    this.registerOutputs({
      namespace: this.namespace,
      nodePort: this.nodePort,
      clusterIp: this.clusterIp,
    });
  }
}

function podSpec(
  args: ServingStackArgs,
  settings: pulumi.Input<string>,
  labels: Readonly<Record<string, string>>,
): k8s.types.input.core.v1.PodSpec {
  const { readiness, liveness, preStopSeconds } = args.variant.lifecycle ?? usualLifecycle;
  const ready = { httpGet: { path: "/ready", port } };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: graceSeconds,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: labels },
      },
    ],
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: offServers } },
    volumes: [{ name: "scratch", emptyDir: { sizeLimit: "1Gi" } }],
    containers: [
      {
        name: "sentiment",
        image: args.image,
        imagePullPolicy: args.imagePullPolicy,
        envFrom: [{ configMapRef: { name: settings } }],
        ports: [{ name: "http", containerPort: port }],
        volumeMounts: [{ name: "scratch", mountPath: "/tmp" }],
        resources: podResources(args.variant),
        // The port accepts seconds before the model answers, so only an answer counts, from every worker.
        startupProbe: {
          ...ready,
          periodSeconds: 1,
          timeoutSeconds: 2,
          failureThreshold: args.startTimeoutSeconds,
        },
        readinessProbe: { ...ready, ...readiness },
        livenessProbe: { httpGet: { path: "/livez", port }, ...liveness },
        // A pause of nothing is refused by the API servers that do not know it yet.
        ...(preStopSeconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  };
}
