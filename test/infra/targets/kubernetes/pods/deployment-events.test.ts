import type { V1EndpointSlice, V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { endpointEvents, podEvents } from "../../../../../infra/targets/kubernetes/pods/deployment-events.ts";

/** As a watch gives it: instants are text. */
function pod(change: {
  readonly deleting?: string;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly state?: object;
  readonly lastState?: object;
}): V1Pod {
  const { deleting, ready = true, restarts = 0, state, lastState = {} } = change;
  return {
    metadata: {
      name: "serving-1",
      uid: "uid-1",
      creationTimestamp: "2026-04-20T10:00:00Z",
      ...(deleting === undefined ? {} : { deletionTimestamp: deleting }),
    },
    status: {
      conditions: [
        { type: "PodScheduled", status: "True", lastTransitionTime: "2026-04-20T10:00:00Z" },
        { type: "Ready", status: ready ? "True" : "False", lastTransitionTime: "2026-04-20T10:00:07Z" },
      ],
      containerStatuses: [
        {
          name: "sentiment",
          restartCount: restarts,
          state: state ?? running("2026-04-20T10:00:02Z"),
          lastState,
        },
      ],
    },
  } as unknown as V1Pod;
}

const running = (startedAt: string) => ({ running: { startedAt } });
const killed = {
  containerID: "containerd://1",
  exitCode: 137,
  reason: "OOMKilled",
  finishedAt: "2026-04-20T10:01:00Z",
};
const kinds = (events: readonly { readonly kind: string }[]) => events.map(({ kind }) => kind);

describe("what the API server says of a pod", () => {
  it("tells a new one's way to its first answer, with the server's own stamps", () => {
    const events = podEvents(undefined, pod({}));
    expect(kinds(events)).toEqual(["pod-created", "pod-scheduled", "pod-started", "pod-ready"]);
    expect(events.at(-1)).toEqual({
      source: "api-server",
      kind: "pod-ready",
      subject: "pod serving-1 (uid-1)",
      statedAt: "2026-04-20T10:00:07.000Z",
    });
  });

  it("tells nothing where nothing has changed, whether it came from a list or a watch", () => {
    const listed = pod({ state: { running: { startedAt: new Date("2026-04-20T10:00:02Z") } } });
    expect(podEvents(listed, pod({}))).toEqual([]);
  });

  it("tells that a container was killed, why, and that it was started again", () => {
    const ended = pod({ ready: false, state: { terminated: killed } });
    const events = podEvents(pod({}), ended);
    expect(kinds(events)).toEqual(["container-ended", "pod-unready"]);
    expect(events[0]?.subject).toBe("pod serving-1 (uid-1): OOMKilled (137)");
    const again = pod({
      ready: false,
      restarts: 1,
      state: running("2026-04-20T10:01:02Z"),
      lastState: { terminated: killed },
    });
    // The same end, once as the state and once as the last one.
    expect(kinds(podEvents(ended, again))).toEqual(["restarted", "pod-started"]);
    expect(
      kinds(
        podEvents(
          again,
          pod({ restarts: 1, state: running("2026-04-20T10:01:02Z"), lastState: { terminated: killed } }),
        ),
      ),
    ).toEqual(["pod-ready"]);
  });

  it("tells why a container does not start", () => {
    const waiting = pod({ ready: false, state: { waiting: { reason: "ErrImageNeverPull" } } });
    const [event] = podEvents(pod({ ready: false, state: {} }), waiting);
    expect(event).toMatchObject({
      kind: "container-waiting",
      subject: "pod serving-1 (uid-1): ErrImageNeverPull",
    });
  });

  it("tells a deletion when it is asked for, and again when the pod is gone", () => {
    const deleting = pod({ deleting: "2026-04-20T10:02:00Z" });
    expect(kinds(podEvents(pod({}), deleting))).toEqual(["pod-deleting"]);
    expect(kinds(podEvents(deleting, undefined))).toEqual(["pod-deleted"]);
  });
});

describe("what the API server says of a service's endpoints", () => {
  const slice = (...ready: boolean[]) =>
    ({
      endpoints: ready.map((one, index) => ({
        addresses: [`10.42.0.${index}`],
        conditions: { ready: one },
        targetRef: { name: `serving-${index}` },
      })),
    }) as unknown as V1EndpointSlice;

  it("tells each address that comes or goes, and one that is there and not ready has gone", () => {
    expect(endpointEvents(slice(true, true), slice(true, false))).toEqual([
      { source: "api-server", kind: "endpoint-removed", subject: "pod serving-1 at 10.42.0.1", statedAt: "" },
    ]);
    expect(kinds(endpointEvents(undefined, slice(true, true)))).toEqual(["endpoint-added", "endpoint-added"]);
    expect(kinds(endpointEvents(slice(true), undefined))).toEqual(["endpoint-removed"]);
  });
});
