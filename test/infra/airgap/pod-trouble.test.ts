import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../infra/airgap/kubernetes/cluster.ts";
import { podTrouble } from "../../../infra/airgap/kubernetes/kinds/pods.ts";

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
