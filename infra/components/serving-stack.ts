/**
 * One variant on Kubernetes: a namespace with the restricted pod standard, a quota and network policies; its settings;
 * a deployment whose probes mean "loaded and warm"; a service and a disruption budget.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Lifecycle, usualGraceSeconds } from "../services/definition/lifecycle.ts";
import { type Amounts, stackNamespace } from "./namespace.ts";
import { imageUserAnnotation } from "./pod-annotations.ts";

export interface ServingStackArgs {
  /** Namespace and label; a DNS label. */
  readonly name: string;
  /** Of the service: a DNS label. */
  readonly service: string;
  readonly container: ServingContainer;
  /** Copies behind one address. */
  readonly replicas: number;
  readonly lifecycle: Lifecycle;
  /** By digest. */
  readonly image: pulumi.Input<string>;
  /** Never where images are loaded into the node, IfNotPresent where a registry holds them. */
  readonly imagePullPolicy: "Never" | "IfNotPresent";
  readonly serviceType: "NodePort" | "ClusterIP";
  readonly startTimeoutSeconds: number;
  /** Addresses of the cluster's pods; undefined on a cluster whose owner decides about its network policies. */
  readonly podNetwork: string | undefined;
}

/** What runs in each pod. */
export interface ServingContainer {
  /** On which it listens. */
  readonly port: number;
  /** Kept in a ConfigMap. */
  readonly environment: Readonly<Record<string, string>>;
  /** Kept in a Secret. */
  readonly secrets: Readonly<Record<string, string>>;
  /** In place of the image's entry point. */
  readonly command?: readonly string[] | undefined;
  /** After the image's entry point. */
  readonly args?: readonly string[];
  readonly resources: Amounts;
  /** Answers 2xx once the service is ready; undefined: an open port must do. */
  readonly readyPath: string | undefined;
  readonly livePath: string | undefined;
  /** By number, and its group's; undefined: as the image says, which must be no root. */
  readonly user: number | undefined;
  /** Its file system may be written to. */
  readonly writable: boolean;
  readonly drainSeconds: number;
}

/** Of the pods of every variant of every service. */
export const servingLabels = { "app.kubernetes.io/component": "serving" };
/** Of the pods of every load job. */
export const loadLabels = { "app.kubernetes.io/component": "load" };

/** Of the container's port, by which the service finds it. */
const httpPort = "http";
const serverLabel = "node-role.kubernetes.io/control-plane";
/**
 * Servers score 50 and agents 100, so pods prefer agents: an agent can be lost without the API. A node that already holds a
 * copy loses 100 by the spread constraint, so the second copy goes to another node, a server if need be. (The scheduler scales
 * each preference to 0..100 and gives it the same weight as the spread.)
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
    const labels = {
      ...servingLabels,
      "app.kubernetes.io/name": args.service,
      "testbed/variant": args.name,
    };

    const { namespace, metadata, inside } = stackNamespace(this, name, {
      dnsLabel: args.name,
      labels,
      // A rollout creates all pods again while the old ones are still ending, and a second rollout may begin then.
      quota: { pods: 3 * (args.replicas + 1), each: args.container.resources, nodePorts: 1 },
      podNetwork: args.podNetwork,
      // What it asks outside is the service's own affair.
      speaks: { port: args.container.port, askedBy: loadLabels, asks: undefined, asksOutside: true },
    });

    // Changed settings are a new object. The old one stays until the namespace goes, so that the previous ReplicaSet still
    // finds it and `kubectl rollout undo` works.
    const kept = { ...inside, retainOnDelete: true };
    const settings = new k8s.core.v1.ConfigMap(
      `${name}-settings`,
      { metadata, data: args.container.environment, immutable: true },
      kept,
    );
    const hasSecrets = Object.keys(args.container.secrets).length > 0;
    const secrets = hasSecrets
      ? new k8s.core.v1.Secret(
          `${name}-secrets`,
          { metadata, stringData: pulumi.secret(args.container.secrets), immutable: true },
          kept,
        ).metadata.name
      : undefined;
    const deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: { ...metadata, name: "serving" },
        spec: {
          replicas: args.replicas,
          revisionHistoryLimit: 1,
          progressDeadlineSeconds: args.startTimeoutSeconds,
          // A rollout never takes away an answering pod before its successor answers.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          selector: { matchLabels: labels },
          template: {
            metadata: {
              labels: metadata.labels,
              ...(args.container.user === undefined
                ? { annotations: { [imageUserAnnotation]: "image" } }
                : {}),
            },
            spec: podSpec(args, { settings: settings.metadata.name, secrets }, labels),
          },
        },
      },
      {
        ...inside,
        customTimeouts: { create: `${args.startTimeoutSeconds + 30}s`, update: "10m", delete: "2m" },
      },
    );
    // With one copy a budget protects nothing: it would allow the eviction, or block every drain.
    if (args.replicas > 1) {
      new k8s.policy.v1.PodDisruptionBudget(
        `${name}-budget`,
        {
          metadata: { ...metadata, name: "serving" },
          spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
        },
        inside,
      );
    }
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        // The deployment before it waits for ready pods, and the target for the first answer. The official plugin would wait
        // 10 s more after each change of the endpoints.
        metadata: { ...metadata, name: "serving", annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          type: args.serviceType,
          // Any node forwards to a pod on any other.
          ...(args.serviceType === "NodePort" ? { externalTrafficPolicy: "Cluster" } : {}),
          selector: labels,
          ports: [{ name: "http", port: 80, targetPort: httpPort }],
        },
      },
      { ...inside, dependsOn: [...inside.dependsOn, deployment], customTimeouts: { create: "1m" } },
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
  from: { readonly settings: pulumi.Input<string>; readonly secrets: pulumi.Input<string> | undefined },
  labels: Readonly<Record<string, string>>,
): k8s.types.input.core.v1.PodSpec {
  const { readiness, liveness, preStopSeconds } = args.lifecycle;
  const { port, readyPath, livePath, user, writable, command, drainSeconds, resources } = args.container;
  const { args: words = [] } = args.container;
  const lookAt = (path: string | undefined) =>
    path === undefined ? { tcpSocket: { port } } : { httpGet: { path, port } };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: Math.max(usualGraceSeconds, Math.ceil(drainSeconds + preStopSeconds)),
    securityContext: {
      runAsNonRoot: true,
      ...(user === undefined ? {} : { runAsUser: user, runAsGroup: user }),
      seccompProfile: { type: "RuntimeDefault" },
    },
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
        name: args.service,
        image: args.image,
        imagePullPolicy: args.imagePullPolicy,
        ...(command === undefined ? {} : { command: [...command] }),
        ...(words.length === 0 ? {} : { args: [...words] }),
        envFrom: [
          { configMapRef: { name: from.settings } },
          ...(from.secrets === undefined ? [] : [{ secretRef: { name: from.secrets } }]),
        ],
        ports: [{ name: httpPort, containerPort: port }],
        volumeMounts: [{ name: "scratch", mountPath: "/tmp" }],
        resources,
        // The port accepts seconds before the model answers, so only an answer counts, from every worker.
        startupProbe: {
          ...lookAt(readyPath),
          periodSeconds: 1,
          timeoutSeconds: 2,
          failureThreshold: args.startTimeoutSeconds,
        },
        readinessProbe: { ...lookAt(readyPath), ...readiness },
        livenessProbe: { ...lookAt(livePath), ...liveness },
        // A pause of nothing is refused by the API servers that do not know it yet.
        ...(preStopSeconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: !writable,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  };
}
