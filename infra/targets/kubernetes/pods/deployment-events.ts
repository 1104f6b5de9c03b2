/** The events that an object's change implies. Pure: two states of one object in, events out. */
import type { V1EndpointSlice, V1Node, V1Pod } from "@kubernetes/client-node";
import type { ObservedEvent } from "../../target.ts";

/** @param before undefined where the pod is new @param now undefined where it is gone */
export function podEvents(before: V1Pod | undefined, now: V1Pod | undefined): readonly ObservedEvent[] {
  const pod = now ?? before;
  if (pod === undefined) return [];
  const subject = `pod ${pod.metadata?.name} (${pod.metadata?.uid})`;
  const events: ObservedEvent[] = [];
  const tell = (kind: string, stated?: Date | string, detail = "") =>
    events.push({ source: "api-server", kind, subject: subject + detail, statedAt: stampOf(stated) });

  if (now === undefined) {
    tell("pod-deleted");
    return events;
  }
  if (before === undefined) tell("pod-created", now.metadata?.creationTimestamp);
  const [was, is] = [factsOf(before), factsOf(now)];
  if (is.deleting !== undefined && was.deleting === undefined) tell("pod-deleting", is.deleting);
  if (is.scheduled !== undefined && was.scheduled === undefined) tell("pod-scheduled", is.scheduled);
  if (is.ended !== undefined && is.ended.id !== was.ended?.id) {
    tell("container-ended", is.ended.at, `: ${is.ended.reason} (${is.ended.exitCode})`);
  }
  if (is.waiting !== undefined && is.waiting !== was.waiting) {
    tell("container-waiting", undefined, `: ${is.waiting}`);
  }
  if (is.restarts > was.restarts) tell("restarted", is.running, `: ${is.restarts} times`);
  if (is.running !== undefined && is.running !== was.running) tell("pod-started", is.running);
  if (is.ready && !was.ready) tell("pod-ready", is.readySince);
  if (!is.ready && was.ready) tell("pod-unready", is.readySince);
  return events;
}

/** @param before undefined where the slice is new @param now undefined where it is gone */
export function endpointEvents(
  before: V1EndpointSlice | undefined,
  now: V1EndpointSlice | undefined,
): readonly ObservedEvent[] {
  const [was, is] = [readyEndpoints(before), readyEndpoints(now)];
  const event = (kind: string, subject: string): ObservedEvent => ({
    ...{ source: "api-server", kind, subject },
    statedAt: "",
  });
  return [
    ...was.filter((one) => !is.includes(one)).map((one) => event("endpoint-removed", one)),
    ...is.filter((one) => !was.includes(one)).map((one) => event("endpoint-added", one)),
  ];
}

/** @param before undefined where the node is new @param now undefined where it is gone */
export function nodeEvents(before: V1Node | undefined, now: V1Node | undefined): readonly ObservedEvent[] {
  const [was, is] = [readiness(before), readiness(now)];
  if (was.ready === is.ready) return [];
  const subject = `node ${(now ?? before)?.metadata?.name}`;
  const kind = is.ready ? "node-ready" : "node-unready";
  return [{ source: "api-server", kind, subject, statedAt: stampOf(is.since) }];
}

/** A node that has not been heard of is not ready either. */
function readiness(node: V1Node | undefined) {
  const condition = node?.status?.conditions?.find(({ type }) => type === "Ready");
  return { ready: condition?.status === "True", since: condition?.lastTransitionTime };
}

function readyEndpoints(slice: V1EndpointSlice | undefined): readonly string[] {
  return (slice?.endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready === true)
    .map(({ targetRef, addresses }) => `pod ${targetRef?.name ?? ""} at ${addresses.join(", ")}`);
}

function factsOf(pod: V1Pod | undefined) {
  const condition = (type: string) => pod?.status?.conditions?.find((one) => one.type === type);
  const [container] = pod?.status?.containerStatuses ?? [];
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  const scheduled = condition("PodScheduled");
  const ready = condition("Ready");
  return {
    deleting: pod?.metadata?.deletionTimestamp,
    scheduled: scheduled?.status === "True" ? scheduled.lastTransitionTime : undefined,
    restarts: container?.restartCount ?? 0,
    running: stampOf(container?.state?.running?.startedAt) || undefined,
    waiting: container?.state?.waiting?.reason,
    ended:
      ended === undefined
        ? undefined
        : {
            id: ended.containerID ?? stampOf(ended.finishedAt),
            at: ended.finishedAt,
            reason: ended.reason ?? "ended",
            exitCode: ended.exitCode,
          },
    ready: ready?.status === "True",
    readySince: ready?.lastTransitionTime,
  };
}

/** A list gives dates, a watch the text of them. */
function stampOf(stated: Date | string | undefined): string {
  return stated === undefined ? "" : new Date(stated).toISOString();
}
