/** A service of a user's own as a graph: its settings, its secrets and its probes, and that no rule is broken. */
import { beforeAll, describe, expect, it } from "vitest";
import { ServingStack } from "../../infra/components/serving-stack.ts";
import { servingArgs } from "../../infra/layers/k3s-serving.ts";
import { broken } from "../../infra/rules/index.ts";
import { checkService, type Service, type ServiceInput, variantOf } from "../../infra/services/index.ts";
import { graphOf, useMocks } from "./graph.ts";

const image = `registry.example/own@sha256:${"1".repeat(64)}`;

beforeAll(useMocks);

function service(change: Partial<ServiceInput>): Service {
  const input: ServiceInput = {
    name: "own",
    run: { kind: "image", image, port: 8000, environment: { MODE: "fast" } },
    settings: {
      workers: { type: "integer", default: 2, to: { environment: "WORKERS" } },
      copies: { type: "integer", default: 3, to: "replicas" },
      cpu: { type: "number", default: 1.5, to: "resources.cpu" },
    },
    resources: { memory: { product: ["workers", 256] } },
    ready: { path: "/healthz", livePath: "/live" },
    drainSeconds: 45,
    ask: {},
    ...change,
  };
  return { spec: checkService(input, "own"), folder: "/nowhere", digest: "sha256:0" };
}

async function stackOf(of: Service) {
  const args = servingArgs(of, variantOf(of, "baseline"));
  return graphOf(() => {
    new ServingStack("baseline", {
      ...args,
      image,
      imagePullPolicy: "IfNotPresent",
      serviceType: "ClusterIP",
      startTimeoutSeconds: 60,
      podNetwork: undefined,
    });
  });
}

async function deploymentOf(of: Service) {
  const graph = await stackOf(of);
  return graph.find(({ type }) => type.endsWith(":Deployment"))!.inputs.spec;
}

describe("the stack of a service of a user's own", () => {
  it("breaks no rule, and is called after it", async () => {
    const graph = await stackOf(service({}));
    expect(broken(graph)).toEqual([]);
    const { metadata } = graph.find(({ type }) => type.endsWith(":Namespace"))!.inputs;
    expect(metadata.name).toBe("testbed-own-baseline");
  });

  it("has its settings as environment, copies and resources, and its own probes", async () => {
    const { replicas, template } = await deploymentOf(service({}));
    const [container] = template.spec.containers;
    expect(replicas).toBe(3);
    expect(container).toMatchObject({
      name: "own",
      ports: [{ containerPort: 8000 }],
      resources: { limits: { cpu: "1.5", memory: "512Mi" }, requests: { cpu: "750m", memory: "256Mi" } },
      readinessProbe: { httpGet: { path: "/healthz", port: 8000 } },
      livenessProbe: { httpGet: { path: "/live", port: 8000 } },
    });
    // It has its drain after the pause in which nobody new is sent to it.
    expect(template.spec.terminationGracePeriodSeconds).toBe(48);
    const graph = await stackOf(service({}));
    const { data } = graph.find(({ type }) => type.endsWith(":ConfigMap"))!.inputs;
    expect(data).toEqual({ MODE: "fast", WORKERS: "2" });
  });

  it("keeps a value that is named by its variable in a Secret, and nowhere else", async () => {
    process.env.OWN_TOKEN = "a-token-that-must-not-turn-up";
    const of = service({
      run: { kind: "image", image, port: 8000, environment: { TOKEN: { environment: "OWN_TOKEN" } } },
    });
    const graph = await stackOf(of);
    delete process.env.OWN_TOKEN;
    const holding = graph.filter(({ inputs }) => JSON.stringify(inputs).includes("a-token-that"));
    expect(holding.map(({ type }) => type)).toEqual(["kubernetes:core/v1:Secret"]);
    expect(() => servingArgs(of, variantOf(of, "baseline"))).toThrowError(
      expect.objectContaining({
        kind: "badInput",
        problems: [expect.objectContaining({ expected: "OWN_TOKEN, set" })],
      }),
    );
  });

  it("without a ready path is probed by its port, which a rule does not like", async () => {
    const graph = await stackOf(service({ ready: {} }));
    expect(broken(graph).join()).toContain("servers are probed by HTTP requests");
  });

  it("gives arguments to the image's own command", async () => {
    const { template } = await deploymentOf(
      service({
        run: { kind: "image", image, port: 8000, command: ["serve"] },
        settings: { mode: { type: "string", default: "x", to: { argument: "--mode={value}" } } },
        resources: {},
      }),
    );
    expect(template.spec.containers[0].command).toEqual(["serve", "--mode=x"]);
  });
});
