/**
 * The load of one trial on Kubernetes: an Indexed Job, each pod of which sends its share of one schedule. Pulumi
 * creates the Job and does not wait for it: the pods wait for the runner's start signal and keep their samples until
 * the runner has fetched them.
 */

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { imageUser } from "../images/user.ts";
import { type Amounts, stackNamespace } from "./namespace.ts";
import { loadLabels, servingLabels } from "./serving-stack.ts";

export interface LoadJobArgs {
  /** Namespace; a DNS label. */
  readonly name: string;
  /** By digest. */
  readonly image: pulumi.Input<string>;
  readonly imagePullPolicy: "Never" | "IfNotPresent";
  /** Pods, and shares of the schedule. */
  readonly workers: number;
  /** What every worker reads, as JSON. */
  readonly share: string;
  /** After which the pods end, whether or not anybody has come for the samples. */
  readonly deadlineSeconds: number;
  /** Addresses of the cluster's pods; undefined on a cluster whose owner decides about its network policies. */
  readonly podNetwork: string | undefined;
}

type Labels = Readonly<Record<string, string>>;

export const loadPort = 8080;
const nodeKey = "kubernetes.io/hostname";
const awayFromServices = {
  weight: 100,
  podAffinityTerm: {
    topologyKey: nodeKey,
    // Of every stack.
    namespaceSelector: {},
    labelSelector: { matchLabels: servingLabels },
  },
};
const shareFolder = "/etc/testbed";
/** Kept for the generator, so that a busy service does not take the time that its sends need. */
const amounts: Amounts = {
  requests: { cpu: "250m", memory: "256Mi", "ephemeral-storage": "64Mi" },
  limits: { cpu: "2", memory: "2Gi", "ephemeral-storage": "512Mi" },
};

export class LoadJob extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: LoadJobArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("testbed:load:Job", name, {}, options);
    const labels = { ...loadLabels, "app.kubernetes.io/name": "load" };

    const { namespace, metadata, inside } = stackNamespace(this, name, {
      dnsLabel: args.name,
      labels,
      quota: { pods: args.workers, each: amounts, nodePorts: 0 },
      podNetwork: args.podNetwork,
      // The runner comes through the API server, which is no pod.
      speaks: { port: loadPort, askedBy: undefined, asks: servingLabels, asksOutside: false },
    });

    const share = new k8s.core.v1.ConfigMap(
      `${name}-share`,
      { metadata, data: { "share.json": args.share } },
      inside,
    );
    new k8s.batch.v1.Job(
      `${name}-job`,
      {
        // Complete is when the runner has the samples, and it asks for them once this is up.
        metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          completionMode: "Indexed",
          completions: args.workers,
          parallelism: args.workers,
          backoffLimit: 0,
          activeDeadlineSeconds: args.deadlineSeconds,
          template: {
            metadata: { labels: metadata.labels },
            spec: podSpec(args, share.metadata.name, labels),
          },
        },
      },
      inside,
    );

    this.namespace = namespace.metadata.name;
    this.registerOutputs({ namespace: this.namespace });
  }
}

function podSpec(
  args: LoadJobArgs,
  share: pulumi.Input<string>,
  labels: Labels,
): k8s.types.input.core.v1.PodSpec {
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 2,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: imageUser,
      runAsGroup: imageUser,
      seccompProfile: { type: "RuntimeDefault" },
    },
    // Beside the service only where there is no other node, and beside another generator only where there are more.
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [awayFromServices] } },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: nodeKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: labels },
      },
    ],
    volumes: [
      { name: "share", configMap: { name: share } },
      { name: "scratch", emptyDir: { sizeLimit: "256Mi" } },
    ],
    containers: [
      {
        name: "load",
        image: args.image,
        imagePullPolicy: args.imagePullPolicy,
        args: [`${shareFolder}/share.json`],
        env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
        ports: [{ name: "control", containerPort: loadPort }],
        volumeMounts: [
          { name: "share", mountPath: shareFolder, readOnly: true },
          { name: "scratch", mountPath: "/tmp" },
        ],
        resources: amounts,
        readinessProbe: { httpGet: { path: "/ready", port: loadPort }, periodSeconds: 1, timeoutSeconds: 2 },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  };
}
