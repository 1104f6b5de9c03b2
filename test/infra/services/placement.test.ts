import { expect, it } from "vitest";
import { builtInService, variantOf } from "../../../infra/services/index.ts";
import { placementProblems } from "../../../infra/services/placement.ts";
import { targets } from "../../../infra/targets/index.ts";

it("a variant whose pods are probed in its own way may only be where there are pods", () => {
  const sentiment = builtInService();
  const problems = (target: keyof typeof targets, variant: string) =>
    placementProblems("at", target, sentiment, variantOf(sentiment, variant), targets[target]).map(
      ({ expected }) => expected,
    );
  expect(problems("k3s", "eager-readiness")).toEqual([]);
  expect(problems("k3s-docker", "eager-readiness")).toEqual([]);
  expect(problems("cluster", "eager-readiness")).toEqual([]);
  expect(problems("process", "eager-readiness")).toEqual([
    "1 replica on the target process",
    "settings that have an effect on the target process, which has no pods",
  ]);
  // A queue of known law has copies, and nobody who probes them.
  expect(problems("simulated", "int8-replicas")).toEqual([]);
  expect(problems("simulated", "eager-readiness")).toHaveLength(1);
  expect(problems("process", "onnx-int8")).toEqual([]);
});
