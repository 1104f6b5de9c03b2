/**
 * Every disruption that is declared for the k3s target, on a real node with the tiny model: each is done to one of two
 * replicas, seen by the watch, and over when it is undone.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Disruption } from "../../infra/disruptions/disruption.ts";
import { disruptions } from "../../infra/disruptions/index.ts";
import { pendingActs } from "../../infra/disruptions/journal.ts";
import { deploymentOf } from "../../infra/disruptions/kubernetes.ts";
import { privateFolder } from "../../infra/places.ts";
import { whyNot } from "../../infra/plugin/k3s-node.ts";
import {
  type Endpoint,
  type ObservedEvent,
  type OpenTarget,
  targets,
  type UnderTest,
} from "../../infra/targets/index.ts";
import { settle } from "../../study/disrupted-trial.ts";
import { type Clock, inject } from "../../study/injector.ts";
import { undoLeftovers } from "../../study/leftover-disruptions.ts";
import { setUp } from "../../study/setup.ts";
import { randomStream } from "../../workloads/random.ts";

import { helpers, killInTheMiddleOf } from "./killed-runner.ts";

const reasons = whyNot({ stateRoot: join(privateFolder, "k3s") });
const variant = "int8-replicas";
const body = Buffer.from(JSON.stringify({ texts: ["Is the model awake?"] }));
/** What must have been seen of each, besides that the service is steady again. */
const seen: Readonly<Record<string, readonly string[]>> = {
  "no-op": [],
  "worker-kill": [],
  "server-kill": ["container-ended", "restarted", "endpoint-removed", "endpoint-added"],
  hang: [],
  "pod-delete": ["pod-deleting", "endpoint-removed", "pod-created", "pod-ready", "endpoint-added"],
  "replicaset-delete": ["pod-deleting", "endpoint-removed", "pod-created", "pod-ready", "endpoint-added"],
  "rollout-rolling": ["pod-created", "pod-ready", "endpoint-added", "endpoint-removed"],
  "rollout-recreate": ["endpoint-removed", "pod-created", "pod-ready", "endpoint-added"],
  "scale-down": ["pod-deleting", "endpoint-removed", "pod-created", "endpoint-added"],
  "container-oom": [],
  "image-missing": ["container-ended", "restarted"],
  "k3s-restart": ["api-away", "api-back"],
  "containerd-kill": ["api-away", "api-back"],
  "node-restart": ["api-away", "api-back", "restarted"],
  "cpu-pressure": [],
  "network-delay": [],
  "network-loss": [],
  "network-partition": [],
};
const settings: Readonly<Record<string, object>> = {
  hang: { seconds: 2 },
  "scale-down": { seconds: 5 },
  "image-missing": { seconds: 5 },
};
const declared = Object.entries<Disruption>(disruptions).filter(([, { on }]) => on.k3s !== undefined);
if (reasons.length > 0) console.warn(`skipped: a K3s node cannot run here: ${reasons.join("; ")}`);

describe.skipIf(reasons.length > 0)("a deployment on a K3s node", () => {
  let target: OpenTarget;
  let endpoint: Endpoint;
  let underTest: UnderTest;
  const { signal } = new AbortController();

  beforeAll(async () => {
    process.env.TESTBED_AIRGAP ??= "1";
    const progress = { say: () => {}, live: () => {}, end: () => {} };
    const { toolchain } = await setUp("tiny", progress, { target: "k3s", variants: [variant] });
    target = targets.k3s.open({ toolchain, model: "tiny" });
    endpoint = await target.up(variant, { signal });
    underTest = await target.underTest!(endpoint);
  });

  afterAll(async () => {
    await target.down(variant);
    await target.end!();
  });

  it("has its expectations written down for each disruption", () => {
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(declared.map(([name]) => name)));
  });

  it.each(declared)("is steady again after %s", async (name, disruption) => {
    const events: (ObservedEvent & { atMs: number })[] = [];
    const began = performance.now();
    const clock: Clock = {
      nowMs: () => performance.now() - began,
      until: (atMs) => new Promise((resolve) => setTimeout(resolve, atMs - (performance.now() - began))),
    };
    const unwatch = underTest.watch((event) => events.push({ atMs: Math.round(clock.nowMs()), ...event }));
    const route = (await disruption.route?.(endpoint.url)) ?? null;
    const request = { underTest, endpoint, body, responseMs: 2_000, signal };
    try {
      await settle(request);
      const slot = { index: 0, intendedMs: clock.nowMs() + 1_500, latestMs: 1e9, endMs: 1e9 };
      const [record] = await inject({
        ...{ name, disruption, underTest, clock, signal, slots: [slot] },
        settings: settings[name] ?? {},
        route: route?.handle ?? null,
        random: randomStream(name, "subjects"),
        unsteady: underTest.lacks,
      });
      expect(record).toMatchObject({ error: "", steadyBefore: true });
      await settle(request);
      console.info(
        JSON.stringify({ name, ...record, steadyMs: Math.round(clock.nowMs()) }),
        events.map(({ atMs, kind, subject }) => `\n  ${atMs} ${kind} ${subject}`).join(""),
      );
      expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...seen[name]!]));
      expect(pendingActs()).toEqual([]);
    } finally {
      await unwatch();
      await route?.end();
    }
  });

  it.each([
    ["hang", { seconds: 600 }],
    ["scale-down", { seconds: 600 }],
    ["rollout-recreate", {}],
    ["image-missing", { seconds: 600 }],
    ["container-oom", { seconds: 60 }],
    ["cpu-pressure", { neighbours: 1, seconds: 600 }],
    ["network-partition", { seconds: 600 }],
  ] as const)("is steady again where a runner was killed in the middle of %s", async (name, settings) => {
    const request = { underTest, endpoint, body, responseMs: 2_000, signal };
    await settle(request);
    const { service } = underTest;
    if (service.target !== "k3s") throw new Error("expected the k3s target");
    const { deployment } = await deploymentOf(service);
    await killInTheMiddleOf(name, underTest, endpoint.url, settings);
    expect(pendingActs()).toHaveLength(1);
    const failWhereLeft = await undoLeftovers(() => {});
    failWhereLeft();
    await settle(request);
    const after = (await deploymentOf(service)).deployment;
    expect(after.spec?.replicas).toBe(deployment.spec?.replicas);
    expect(after.spec?.strategy).toEqual(deployment.spec?.strategy);
    expect(helpers()).toEqual([]);
    expect(pendingActs()).toEqual([]);
  });
});
