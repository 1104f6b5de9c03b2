/** What the tests of the clusters share: one disruption is done to one of two replicas, seen by the watch, and over. */
import { expect } from "vitest";
import type { Disruption } from "../../infra/disruptions/disruption.ts";
import { disruptions } from "../../infra/disruptions/index.ts";
import { pendingActs } from "../../infra/disruptions/journal/journal.ts";
import { pause } from "../../infra/host/process.ts";
import { classifications } from "../../infra/services/sentiment/asked.ts";
import type { Endpoint, ObservedEvent, UnderTest } from "../../infra/targets/index.ts";
import { settle } from "../../study/trial/disrupted-trial.ts";
import { type Clock, inject } from "../../study/trial/injector.ts";
import { randomStream } from "../../workloads/random/random.ts";
import type { InjectionRecord } from "../../workloads/samples/timeline.ts";

export const asked = classifications([Buffer.from(JSON.stringify({ texts: ["Is the model awake?"] }))]);
/** What must have been seen of each, besides that the service is steady again. */
export const seen: Readonly<Record<string, readonly string[]>> = {
  "no-op": [],
  "worker-kill": [],
  "server-kill": ["container-ended", "endpoint-removed", "endpoint-added"],
  hang: [],
  "pod-delete": ["pod-deleting", "endpoint-removed", "pod-created", "pod-ready", "endpoint-added"],
  "replicaset-delete": ["pod-deleting", "endpoint-removed", "pod-created", "pod-ready", "endpoint-added"],
  "rollout-rolling": ["pod-created", "pod-ready", "endpoint-added", "endpoint-removed"],
  "rollout-recreate": ["endpoint-removed", "pod-created", "pod-ready", "endpoint-added"],
  "scale-down": ["pod-deleting", "endpoint-removed", "pod-created", "endpoint-added"],
  "container-oom": [],
  "image-missing": ["container-ended"],
  "k3s-restart": ["api-away", "api-back"],
  "containerd-kill": ["api-away", "api-back"],
  "node-restart": ["api-away", "api-back"],
  "node-loss": ["container-ended", "endpoint-removed", "endpoint-added"],
  "cpu-pressure": [],
  "network-delay": [],
  "network-loss": [],
  "network-partition": [],
};
const settings: Readonly<Record<string, object>> = {
  hang: { seconds: 2 },
  "cpu-pressure": { seconds: 2 },
  "network-delay": { seconds: 2 },
  "network-loss": { seconds: 2 },
  "network-partition": { seconds: 2 },
  "scale-down": { seconds: 5 },
  "image-missing": { seconds: 5 },
  "node-loss": { seconds: 5 },
};

export function declaredFor(target: "k3s" | "k3s-docker" | "cluster") {
  const every = Object.entries(disruptions) as [keyof typeof disruptions, Disruption][];
  return every.filter(([, { on }]) => on[target] !== undefined);
}

export interface Disturbed {
  readonly record: InjectionRecord;
  readonly events: readonly (ObservedEvent & { readonly atMs: number })[];
}

export async function isSteadyAgainAfter(
  name: string,
  disruption: Disruption,
  { endpoint, underTest, signal }: { endpoint: Endpoint; underTest: UnderTest; signal: AbortSignal },
  { given = settings[name] ?? {}, mustSee = seen[name]! } = {},
): Promise<Disturbed> {
  const events: (ObservedEvent & { atMs: number })[] = [];
  const began = performance.now();
  const clock: Clock = {
    nowMs: () => performance.now() - began,
    until: (atMs) => new Promise((resolve) => setTimeout(resolve, atMs - (performance.now() - began))),
  };
  const unwatch = underTest.watch((event) => events.push({ atMs: Math.round(clock.nowMs()), ...event }));
  const route = (await disruption.route?.(endpoint.url)) ?? null;
  const request = { underTest, endpoint, asked, responseMs: 2_000, signal };
  try {
    await settle(request);
    const slot = { index: 0, intendedMs: clock.nowMs() + 1_500, latestMs: 1e9, endMs: 1e9 };
    const [record] = await inject({
      ...{ name, disruption, underTest, clock, signal, slots: [slot] },
      settings: given,
      route: route?.handle ?? null,
      random: randomStream(name, "subjects"),
      unsteady: underTest.whyNotReady,
    });
    expect(record).toMatchObject({ error: "", steadyBefore: true });
    // What goes through the API has its effect some time after it: until then the service is as steady as before.
    const due = [...mustSee, ...(disruption.endsContainers === true ? ["restarted"] : [])];
    const missing = () => due.filter((kind) => !events.some((event) => event.kind === kind));
    for (const deadline = clock.nowMs() + 60_000; missing().length > 0 && clock.nowMs() < deadline; ) {
      await pause(50);
    }
    await settle(request);
    console.info(
      JSON.stringify({ name, ...record, steadyMs: Math.round(clock.nowMs()) }),
      events.map(({ atMs, kind, subject }) => `\n  ${atMs} ${kind} ${subject}`).join(""),
    );
    expect(missing()).toEqual([]);
    expect(pendingActs()).toEqual([]);
    return { record: record!, events };
  } finally {
    await unwatch();
    await route?.end();
  }
}
