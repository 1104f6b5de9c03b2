/** Each rule against a graph that keeps it and one that breaks it in one place. */
import { describe, expect, it } from "vitest";
import { broken, type GraphResource } from "../../infra/rules/index.ts";

const deploymentType = "kubernetes:apps/v1:Deployment";
const labels = { app: "sentiment" };
const amounts = { cpu: "1", memory: "1Gi", "ephemeral-storage": "1Gi" };
const probe = { httpGet: { path: "/ready", port: 3000 } };

function container() {
  return {
    name: "c",
    image: `x@sha256:${"a".repeat(64)}`,
    resources: { requests: { ...amounts }, limits: { ...amounts } },
    startupProbe: probe,
    readinessProbe: probe,
    livenessProbe: probe,
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    },
  };
}

function podSpec() {
  return {
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [container()],
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test reaches in and spoils something.
function graph(): any[] {
  return [
    {
      type: deploymentType,
      name: "d",
      inputs: { spec: { replicas: 2, template: { metadata: { labels }, spec: podSpec() } } },
    },
    { type: "kubernetes:core/v1:Service", name: "s", inputs: { spec: { selector: labels } } },
    {
      type: "kubernetes:policy/v1:PodDisruptionBudget",
      name: "b",
      inputs: { spec: { selector: { matchLabels: labels } } },
    },
    {
      type: "kubernetes:batch/v1:Job",
      name: "j",
      inputs: {
        spec: {
          backoffLimit: 0,
          template: { metadata: { labels: {} }, spec: { ...podSpec(), restartPolicy: "Never" } },
        },
      },
    },
    { type: "kubernetes:core/v1:Namespace", name: "n", inputs: { metadata: { name: "here" } } },
    {
      type: "kubernetes:core/v1:ResourceQuota",
      name: "q",
      inputs: {
        metadata: { namespace: "here" },
        spec: {
          hard: { pods: "3", "limits.cpu": "3", "limits.memory": "3Gi", "limits.ephemeral-storage": "3Gi" },
        },
      },
    },
  ] satisfies GraphResource[];
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
type Spoil = (graph: any[]) => void;
const pod = (graph: GraphResource[]) => graph[0]!.inputs.spec.template.spec;
/** What is wrong with one is told of a pod that nothing makes, and of one that the clock makes, too. */
const bare = (spec: object) => ({ type: "kubernetes:core/v1:Pod", name: "p", inputs: { spec } });
const byTheClock = (spec: object) => ({
  type: "kubernetes:batch/v1:CronJob",
  name: "k",
  inputs: { spec: { jobTemplate: { spec: { template: { spec } } } } },
});
const first = (graph: GraphResource[]) => graph[0]!.inputs.spec.template.spec.containers[0];

const cases: Readonly<Record<string, readonly [Spoil, ...RegExp[]]>> = {
  "a container without a memory limit": [
    (g) => delete first(g).resources.limits.memory,
    /d:.*no limits\.memory/,
  ],
  "an image by tag": [
    (g) => {
      first(g).image = "x:latest";
    },
    /pinned by digest; got: c: x:latest/,
  ],
  "a container that may be root": [
    (g) => delete g[0].inputs.spec.template.spec.securityContext,
    /runAsNonRoot/,
    /no runAsUser and runAsGroup/,
    /no seccompProfile/,
  ],
  "a container without a limit of what it writes": [
    (g) => delete first(g).resources.limits["ephemeral-storage"],
    /d:.*no limits\.ephemeral-storage/,
  ],
  "a container of no user in particular": [
    (g) => delete pod(g).securityContext.runAsUser,
    /d:.*no runAsUser above 0/,
  ],
  "a container of root's group": [
    (g) => {
      first(g).securityContext.runAsGroup = 0;
    },
    /d:.*no runAsGroup above 0/,
  ],
  "a container of root, though its image's user is said to do": [
    (g) => {
      g[0].inputs.spec.template.metadata.annotations = { "testbed/user": "image" };
      pod(g).securityContext.runAsUser = 0;
    },
    /d:.*no runAsUser above 0/,
  ],
  "a pod without a seccomp profile": [
    (g) => delete pod(g).securityContext.seccompProfile,
    /d:.*got: c: no seccompProfile/,
  ],
  "a container that turns seccomp off": [
    (g) => {
      first(g).securityContext.seccompProfile = { type: "Unconfined" };
    },
    /d:.*seccompProfile Unconfined/,
  ],
  "a port of the host": [
    (g) => {
      first(g).ports = [{ containerPort: 80, hostPort: 80 }];
    },
    /d:.*got: hostPort/,
  ],
  "the host's network": [
    (g) => {
      pod(g).hostNetwork = true;
    },
    /d:.*got: hostNetwork/,
  ],
  "a bare pod": [(g) => g.push(bare(podSpec())), /^p:.*got: a bare pod/],
  "a CronJob": [(g) => g.push(byTheClock(podSpec())), /^k:.*got: a CronJob/],
  "a bare pod that may be root": [
    (g) =>
      g.push(bare({ ...podSpec(), securityContext: { ...podSpec().securityContext, runAsNonRoot: false } })),
    /^p:.*runAsNonRoot/,
    /^p:.*got: a bare pod/,
  ],
  "a CronJob on the host's network": [
    (g) => g.push(byTheClock({ ...podSpec(), hostNetwork: true })),
    /^k:.*got: hostNetwork/,
    /^k:.*got: a CronJob/,
  ],
  "a namespace without a quota": [(g) => g.splice(5, 1), /^n:.*no ResourceQuota/],
  "a namespace whose quota is another's": [
    (g) => {
      g[5].inputs.metadata.namespace = "there";
    },
    /^n:.*no ResourceQuota/,
  ],
  "a quota that leaves out what is written": [
    (g) => delete g[5].inputs.spec.hard["limits.ephemeral-storage"],
    /^n:.*no quota of limits\.ephemeral-storage/,
  ],
  "a container that keeps capabilities": [(g) => delete first(g).securityContext.capabilities, /keeps capab/],
  "a writable root": [(g) => delete first(g).securityContext.readOnlyRootFilesystem, /its root is writable/],
  "a probe of the port": [
    (g) => {
      first(g).readinessProbe = { tcpSocket: { port: 3000 } };
    },
    /no httpGet in readinessProbe/,
  ],
  "a volume of the host": [
    (g) => {
      g[0].inputs.spec.template.spec.volumes = [{ name: "v", hostPath: { path: "/" } }];
    },
    /got: hostPath/,
  ],
  "a service account's token": [
    (g) => delete g[3].inputs.spec.template.spec.automountServiceAccountToken,
    /^j:.*token/,
  ],
  "a service that selects nothing": [
    (g) => {
      g[1].inputs.spec.selector = { app: "else" };
    },
    /s:.*selects no pod/,
  ],
  "two copies without a budget": [(g) => g.splice(2, 1), /d:.*no disruption budget/],
  "one copy with a budget": [
    (g) => {
      g[0].inputs.spec.replicas = 1;
    },
    /d:.*a disruption budget for a single pod protects nothing/,
  ],
  "a job that is tried again": [
    (g) => {
      g[3].inputs.spec.backoffLimit = 2;
    },
    /j:.*backoffLimit 2/,
  ],
};

describe("the rules over a resource graph", () => {
  it("hold for a graph that keeps them", () => {
    expect(broken(graph())).toEqual([]);
  });

  it("hold for a pod that says that its user is its image's own", () => {
    const kept = graph();
    kept[0].inputs.spec.template.metadata.annotations = { "testbed/user": "image" };
    delete kept[0].inputs.spec.template.spec.securityContext.runAsUser;
    delete kept[0].inputs.spec.template.spec.securityContext.runAsGroup;
    expect(broken(kept)).toEqual([]);
  });

  it.each(Object.entries(cases))("are broken by %s, and by nothing else of it", (_, [spoil, ...expected]) => {
    const spoiled = graph();
    spoil(spoiled);
    expect(broken(spoiled)).toEqual(expected.map((one) => expect.stringMatching(one)));
  });
});
