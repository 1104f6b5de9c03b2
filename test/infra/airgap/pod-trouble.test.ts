import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../infra/airgap/kubernetes/api/cluster.ts";
import { notReady, podTrouble } from "../../../infra/airgap/kubernetes/kinds/pods.ts";

function clusterWhosePodWaits(reason: string, message: string, restartCount = 0): Cluster {
  const state = { waiting: { reason, message } };
  const pod = { metadata: { name: "serving-1" }, status: { containerStatuses: [{ state, restartCount }] } };
  return { pods: async () => [pod] } as unknown as Cluster;
}

const troubleOf = (reason: string, message: string, restarts?: number) =>
  podTrouble(clusterWhosePodWaits(reason, message, restarts), "testbed-int8", {});

describe("a pod that waits", () => {
  it.each([
    ["CreateContainerConfigError", 'configmap "settings" not found'],
    ["CreateContainerConfigError", "container has runAsNonRoot and image will run as root"],
    ["ErrImageNeverPull", 'Container image "serving" is not present with pull policy of Never'],
  ])("will not become ready where only a change would help: %s, %s", async (reason, message) => {
    expect(await troubleOf(reason, message)).toEqual({
      state: "failed",
      why: `pod serving-1: ${reason}: ${message}`,
    });
  });

  it.each([
    ["CreateContainerConfigError", "failed to sync configmap cache: timed out waiting for the condition"],
    ["CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition"],
    ["CreateContainerError", "context deadline exceeded"],
  ])("is waited for where the kubelet's own time ran out: %s, %s", async (reason, message) => {
    expect(await troubleOf(reason, message)).toBeNull();
  });

  it("is waited for while its restarts are few, and given up after three", async () => {
    expect(await troubleOf("CrashLoopBackOff", "back-off", 2)).toBeNull();
    expect(await troubleOf("CrashLoopBackOff", "back-off", 3)).toMatchObject({ state: "failed" });
  });
});

describe("a pod that is not ready when the deployment's time is up", () => {
  const saidOf = (...pods: unknown[]) =>
    notReady({ pods: async () => pods } as unknown as Cluster, "testbed-int8", {});
  const podWith = (status?: unknown) => ({ metadata: { name: "serving-1" }, status });
  const scheduled = { type: "PodScheduled", status: "True" };

  it.each([
    ["no status at all", undefined, "it is not scheduled to a node yet"],
    [
      "no node",
      { conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available" }] },
      "0/1 nodes are available",
    ],
    ["a node that has said nothing", { conditions: [scheduled] }, "its node has not started it yet"],
    [
      "a container that waits",
      {
        conditions: [scheduled],
        containerStatuses: [{ state: { waiting: { reason: "ContainerCreating" } } }],
      },
      "ContainerCreating",
    ],
    [
      "a probe that has not passed",
      {
        conditions: [scheduled, { type: "Ready", status: "False" }],
        containerStatuses: [{ state: { running: {} }, started: false, restartCount: 2 }],
      },
      "it is running, but its startup probe has not passed, after 2 restarts",
    ],
  ])("is named with what it waits for: %s", async (_, status, said) => {
    expect(await saidOf(podWith(status))).toEqual([`pod serving-1: ${said}`]);
  });

  it("is not named where it is ready, and where there is none, that is said", async () => {
    expect(await saidOf(podWith({ conditions: [scheduled, { type: "Ready", status: "True" }] }))).toEqual([]);
    expect(await saidOf()).toEqual(["no pod has been made yet"]);
  });
});
