/**
 * Every disruption that is declared for the k3s target: each is done to one of two replicas, seen by the watch, and over
 * when it is undone.
 */
import { beforeAll, expect, it } from "vitest";
import { disruptions } from "../../infra/disruptions/index.ts";
import { pendingActs } from "../../infra/disruptions/journal/journal.ts";
import { deploymentOf } from "../../infra/disruptions/kubernetes-api.ts";
import { processesOf } from "../../infra/host/process-ownership.ts";
import { registered } from "../../infra/host/started-services.ts";
import type { Endpoint, OpenTarget, UnderTest } from "../../infra/targets/index.ts";
import { undoLeftovers } from "../../study/session/leftover-disruptions.ts";
import { settle } from "../../study/trial/disrupted-trial.ts";
import { asked, declaredFor, isSteadyAgainAfter, seen } from "./each-disruption.ts";
import { helpers, isStopped, killInTheMiddleOf } from "./killed-runner.ts";

/** What is up when the tests are over. */
export const eager = "eager-readiness";
const declared = declaredFor("k3s");
/**
 * What a runner that is killed in the middle has left to undo, held so long that it is dead before it would have done it
 * itself; and one that has nothing, for all those that have nothing.
 */
const held: Partial<Record<keyof typeof disruptions, object>> = {
  "no-op": {},
  hang: { seconds: 600 },
  "rollout-recreate": {},
  "scale-down": { seconds: 600 },
  "image-missing": { seconds: 600 },
  "container-oom": { seconds: 60 },
  "cpu-pressure": { neighbours: 1, seconds: 600 },
  "network-partition": { seconds: 600 },
};

/** Registers the tests. @param open the target, once it is open, with its node up @param variant one of two replicas */
export function disruptionTests(open: () => OpenTarget, variant: string): void {
  let target: OpenTarget;
  let endpoint: Endpoint;
  let underTest: UnderTest;
  const { signal } = new AbortController();

  beforeAll(async () => {
    target = open();
    endpoint = await target.up(variant, { signal });
    underTest = await target.underTest!(endpoint);
  });

  it("has its expectations written down for each disruption", () => {
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(declared.map(([name]) => name)));
  });

  it.each(declared)("is steady again after %s", async (name, disruption) => {
    await isSteadyAgainAfter(name, disruption, { endpoint, underTest, signal });
  });

  it.each(typedKeys(held))("is steady again where a runner was killed in the middle of %s", async (name) => {
    const request = { underTest, endpoint, asked, responseMs: 2_000, signal };
    await settle(request);
    const { service } = underTest;
    if (service.target !== "k3s") throw new Error("expected the k3s target");
    const { deployment } = await deploymentOf(service);
    await killInTheMiddleOf(name, underTest, endpoint.url, held[name] ?? {});
    expect(pendingActs()).toHaveLength(1);
    const failWhereLeft = await undoLeftovers(() => {});
    failWhereLeft();
    await settle(request);
    const after = (await deploymentOf(service)).deployment;
    expect(after.spec?.replicas).toBe(deployment.spec?.replicas);
    expect(after.spec?.strategy).toEqual(deployment.spec?.strategy);
    expect(helpers()).toEqual([]);
    expect(registered().flatMap(stoppedProcesses)).toEqual([]);
    expect(pendingActs()).toEqual([]);
  });

  it("loses a copy that hangs while it still hangs, where its readiness is asked for every second", async () => {
    // Both at once ask for more processors than many a machine has.
    await target.down(variant);
    const eagerly = await target.up(eager, { signal });
    const place = { endpoint: eagerly, underTest: await target.underTest!(eagerly), signal };
    const { record, events } = await isSteadyAgainAfter("hang", disruptions.hang, place, {
      given: { seconds: 15 },
      mustSee: ["endpoint-removed", "endpoint-added"],
    });
    const removed = events.find(({ kind }) => kind === "endpoint-removed")!;
    expect(removed.atMs).toBeGreaterThan(record.startedMs!);
    // A second without an answer and up to one until the next probe; the rest is for a machine at a fraction of its speed.
    expect(removed.atMs).toBeLessThan(record.undoneMs!);
  });
}

function typedKeys<Key extends string>(record: Readonly<Partial<Record<Key, unknown>>>): readonly Key[] {
  return Object.keys(record) as Key[];
}

/** Of a node and of all its pods. */
function stoppedProcesses({ traces }: ReturnType<typeof registered>[number]): readonly number[] {
  if (traces === undefined) return [];
  return processesOf({ controlGroup: traces.controlGroup })
    .map(({ pid }) => pid)
    .filter(isStopped);
}
