/** Whether K3s nodes in containers run, and whether each has reported its pods since it came back. */
import type { V1Pod } from "@kubernetes/client-node";
import type { NodeContainer } from "../../disruptions/service-under-test.ts";
import type { DockerEngine } from "../../docker/engine.ts";

/**
 * A cluster that has not missed a node yet calls its pods ready, though none of them runs: what counts is a pod that was
 * started after its node.
 * @param pods that the API server calls ready
 * @returns empty where all is there
 */
export async function whyNodesNotReady(
  engine: DockerEngine,
  nodes: readonly NodeContainer[],
  pods: readonly V1Pod[],
): Promise<string> {
  for (const { name, container } of nodes) {
    const found = await engine.find(`/containers/${container}/json`);
    if (found?.State.Running !== true) return `its node ${name} is not running`;
    const sinceMs = wholeSecond(found.State.StartedAt);
    const older = pods.find(({ spec, status }) => spec?.nodeName === name && startedMs(status) < sinceMs);
    if (older !== undefined) return `node ${name} came back and has not reported ${older.metadata?.name} yet`;
  }
  return "";
}

/** As Kubernetes keeps it. */
function wholeSecond(stamp: string): number {
  return Math.floor(Date.parse(stamp) / 1000) * 1000;
}

function startedMs(status: V1Pod["status"]): number {
  const startedAt = status?.containerStatuses?.[0]?.state?.running?.startedAt;
  return startedAt === undefined ? 0 : new Date(startedAt).getTime();
}
