/** Every variant's stack as a graph: what it asks for, and that no rule is broken. */
import { beforeAll, describe, expect, it } from "vitest";
import { ServingStack } from "../../infra/components/serving-stack.ts";
import { servingArgs } from "../../infra/layers/k3s-serving.ts";
import { broken } from "../../infra/rules/index.ts";
import { usualLifecycle } from "../../infra/services/definition/lifecycle.ts";
import { builtInService, variantOf, withChoices } from "../../infra/services/index.ts";
import { choiceOf } from "../../infra/services/sentiment/definition.ts";
import { type Variant, variants } from "../../infra/variants/index.ts";
import { graphOf, useMocks } from "./graph.ts";

const image = `testbed.local/serving@sha256:${"0".repeat(64)}`;

beforeAll(useMocks);

async function stackOf(name: string, variant: Variant) {
  const service = withChoices(builtInService(), { chosen: choiceOf(variant) });
  const args = servingArgs(service, variantOf(service, "chosen"));
  return graphOf(() => {
    new ServingStack(name, {
      ...args,
      name: `testbed-${name}`,
      image,
      imagePullPolicy: "Never",
      serviceType: "NodePort",
      startTimeoutSeconds: 60,
      podNetwork: "10.42.0.0/16",
    });
  });
}

describe("the serving stack of a variant", () => {
  it.each(Object.entries(variants))("%s breaks no rule", async (name, variant) => {
    const graph = await stackOf(name, variant);
    expect(graph.map(({ type }) => type).sort()).toEqual([
      "kubernetes:apps/v1:Deployment",
      "kubernetes:core/v1:ConfigMap",
      "kubernetes:core/v1:LimitRange",
      "kubernetes:core/v1:Namespace",
      "kubernetes:core/v1:ResourceQuota",
      "kubernetes:core/v1:Service",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      ...((variant.replicas ?? 1) > 1 ? ["kubernetes:policy/v1:PodDisruptionBudget"] : []),
      "testbed:serving:Stack",
    ]);
    expect(broken(graph)).toEqual([]);
  });

  it("differs from another's by settings, resources and names only", async () => {
    const [one, other] = await Promise.all([stackOf("x", variants.onnx)]).then(async ([first]) => [
      first,
      await stackOf("x", variants["onnx-int8"]),
    ]);
    const strip = (graph: typeof one) =>
      graph!.map((resource) => {
        const { data: _, ...inputs } = structuredClone(resource.inputs);
        const container = inputs.spec?.template?.spec?.containers?.[0];
        if (container !== undefined) delete container.resources;
        // So many times the resources.
        if (resource.type.endsWith(":ResourceQuota")) delete inputs.spec.hard;
        if (resource.type.endsWith(":LimitRange")) delete inputs.spec.limits;
        return { ...resource, inputs };
      });
    expect(strip(one)).toEqual(strip(other));
  });

  it("may have three times its pods and one more of each, and no more than those use", async () => {
    const graph = await stackOf("three", { ...variants.onnx, replicas: 3 });
    const [container] = graph.find(({ type }) => type.endsWith(":Deployment"))!.inputs.spec.template.spec
      .containers;
    const { hard } = graph.find(({ type }) => type.endsWith(":ResourceQuota"))!.inputs.spec;
    expect(hard.pods).toBe("12");
    expect(Number(hard["limits.cpu"])).toBe(12 * Number(container.resources.limits.cpu));
    expect(hard["requests.memory"]).toBe(
      `${12 * Number.parseInt(container.resources.requests.memory, 10)}Mi`,
    );
    expect(hard["services.nodeports"]).toBe("1");
  });

  it("is asked by load pods and what is no pod, at its port alone, and asks no pod", async () => {
    const graph = await stackOf("one", variants.onnx);
    const { spec, metadata } = graph.find(({ type }) => type.endsWith(":NetworkPolicy"))!.inputs;
    const noPod = { ipBlock: { cidr: "0.0.0.0/0", except: ["10.42.0.0/16"] } };
    expect(metadata.namespace).toBe("testbed-one");
    expect(spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "app.kubernetes.io/component": "load" } } }, noPod],
          ports: [{ protocol: "TCP", port: 3000 }],
        },
      ],
      egress: [{ to: [noPod] }],
    });
  });

  it("says whose it is, and holds its pods to the restricted standard of one version, audits and warns", async () => {
    const graph = await stackOf("one", variants.onnx);
    const objects = graph.filter(({ type }) => type.startsWith("kubernetes:"));
    const whose = {
      "app.kubernetes.io/managed-by": "pulumi",
      "app.kubernetes.io/part-of": "serving-testbed",
    };
    for (const { inputs } of objects) expect(inputs.metadata.labels).toMatchObject(whose);
    const { template } = graph.find(({ type }) => type.endsWith(":Deployment"))!.inputs.spec;
    expect(template.metadata.labels).toMatchObject(whose);
    const { labels } = graph.find(({ type }) => type.endsWith(":Namespace"))!.inputs.metadata;
    for (const mode of ["enforce", "audit", "warn"]) {
      expect(labels[`pod-security.kubernetes.io/${mode}`]).toBe("restricted");
      expect(labels[`pod-security.kubernetes.io/${mode}-version`]).toMatch(/^v1\.\d+$/);
    }
  });

  it("is reached by the name of its pods' port, from any node, and keeps the settings of the revision before", async () => {
    const graph = await stackOf("one", variants.onnx);
    const { spec } = graph.find(({ type }) => type.endsWith(":Service"))!.inputs;
    const [container] = graph.find(({ type }) => type.endsWith(":Deployment"))!.inputs.spec.template.spec
      .containers;
    expect(spec.ports).toEqual([{ name: "http", port: 80, targetPort: container.ports[0].name }]);
    expect(spec.externalTrafficPolicy).toBe("Cluster");
    expect(graph.find(({ type }) => type.endsWith(":ConfigMap"))!.inputs.immutable).toBe(true);
  });

  it("has as many replicas as the variant says", async () => {
    const graph = await stackOf("three", { ...variants.onnx, replicas: 3 });
    const deployment = graph.find(({ type }) => type.endsWith(":Deployment"))!;
    expect(deployment.inputs.spec.replicas).toBe(3);
  });

  it("is probed and stopped as the variant says, and as usual where it says nothing", async () => {
    const containerOf = async (variant: Variant) =>
      (await stackOf("one", variant)).find(({ type }) => type.endsWith(":Deployment"))!.inputs.spec.template
        .spec.containers[0];
    const probe = { periodSeconds: 7, timeoutSeconds: 4, failureThreshold: 2 };
    const lifecycle = { readiness: probe, liveness: { ...probe, periodSeconds: 8 }, preStopSeconds: 9 };
    expect(await containerOf({ ...variants.onnx, lifecycle })).toMatchObject({
      readinessProbe: { httpGet: { path: "/ready" }, ...probe },
      livenessProbe: { httpGet: { path: "/livez" }, ...probe, periodSeconds: 8 },
      lifecycle: { preStop: { sleep: { seconds: 9 } } },
    });
    expect(await containerOf(variants["no-pre-stop"])).not.toHaveProperty("lifecycle");
    const { readinessProbe, livenessProbe, lifecycle: usual } = await containerOf(variants["onnx-int8"]);
    expect({ readinessProbe, livenessProbe, lifecycle: usual }).toMatchObject({
      readinessProbe: usualLifecycle.readiness,
      livenessProbe: usualLifecycle.liveness,
      lifecycle: { preStop: { sleep: { seconds: usualLifecycle.preStopSeconds } } },
    });
  });

  it("prefers nodes that are not servers, but less than a node without a copy", async () => {
    const graph = await stackOf("one", variants.onnx);
    const { affinity } = graph.find(({ type }) => type.endsWith(":Deployment"))!.inputs.spec.template.spec;
    const [others, all] = affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    expect(others.preference.matchExpressions[0].operator).toBe("DoesNotExist");
    // As the scheduler scales them: the best node gets 100, and one copy more costs 100 on two nodes.
    const serverLoses = (100 * others.weight) / (others.weight + all.weight);
    expect(serverLoses).toBeGreaterThanOrEqual(50);
    expect(serverLoses).toBeLessThan(100);
  });

  it("may use as many cores as its workers have threads, so that no throttle is measured", async () => {
    const graph = await stackOf("wide", { ...variants.onnx, workers: 3, threads: 2 });
    const deployment = graph.find(({ type }) => type.endsWith(":Deployment"))!;
    expect(deployment.inputs.spec.template.spec.containers[0].resources.limits.cpu).toBe("6");
  });
});
