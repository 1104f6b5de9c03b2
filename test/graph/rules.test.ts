/** Each rule against a graph that keeps it and one that breaks it in one place. */
import { describe, expect, it } from "vitest";
import { broken, type GraphResource } from "../../infra/rules/index.ts";

const labels = { app: "sentiment" };
const probe = { httpGet: { path: "/ready", port: 3000 } };

function container() {
  return {
    name: "c",
    image: `x@sha256:${"a".repeat(64)}`,
    resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
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
    securityContext: { runAsNonRoot: true },
    containers: [container()],
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test reaches in and spoils something.
function graph(): any[] {
  return [
    {
      type: "kubernetes:apps/v1:Deployment",
      name: "d",
      inputs: { spec: { template: { metadata: { labels }, spec: podSpec() } } },
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
  ] satisfies GraphResource[];
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
type Spoil = (graph: any[]) => void;
const first = (graph: GraphResource[]) => graph[0]!.inputs.spec.template.spec.containers[0];

const cases: Readonly<Record<string, readonly [Spoil, RegExp]>> = {
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
  "a deployment without a budget": [(g) => g.splice(2, 1), /d:.*no disruption budget/],
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

  it.each(Object.entries(cases))("are broken once by %s", (_, [spoil, expected]) => {
    const spoiled = graph();
    spoil(spoiled);
    expect(broken(spoiled)).toEqual([expect.stringMatching(expected)]);
  });
});
