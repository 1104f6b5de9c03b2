/** Every variant's stack as a graph: what it asks for, and that no rule is broken. */
import { beforeAll, describe, expect, it } from "vitest";
import { ServingStack } from "../../infra/components/serving-stack.ts";
import { broken } from "../../infra/rules/index.ts";
import { type Variant, variants } from "../../infra/variants/index.ts";
import { graphOf, useMocks } from "./graph.ts";

const image = `testbed.local/serving@sha256:${"0".repeat(64)}`;

beforeAll(useMocks);

function stackOf(name: string, variant: Variant) {
  return graphOf(() => {
    new ServingStack(name, {
      name: `testbed-${name}`,
      variant,
      image,
      imagePullPolicy: "Never",
      serviceType: "NodePort",
      startTimeoutSeconds: 60,
    });
  });
}

describe("the serving stack of a variant", () => {
  it.each(Object.entries(variants))("%s breaks no rule", async (name, variant) => {
    const graph = await stackOf(name, variant);
    expect(graph.map(({ type }) => type).sort()).toEqual([
      "kubernetes:apps/v1:Deployment",
      "kubernetes:core/v1:ConfigMap",
      "kubernetes:core/v1:Namespace",
      "kubernetes:core/v1:Service",
      "kubernetes:policy/v1:PodDisruptionBudget",
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
        return { ...resource, inputs };
      });
    expect(strip(one)).toEqual(strip(other));
  });

  it("has as many replicas as the variant says", async () => {
    const graph = await stackOf("three", { ...variants.onnx, replicas: 3 });
    const deployment = graph.find(({ type }) => type.endsWith(":Deployment"))!;
    expect(deployment.inputs.spec.replicas).toBe(3);
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
