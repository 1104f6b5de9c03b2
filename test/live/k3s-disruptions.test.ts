/**
 * Every disruption that is declared for the k3s target, on a real node with the tiny model: each is done to one of two
 * replicas, seen by the watch, and over when it is undone.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { disruptions } from "../../infra/disruptions/index.ts";
import { pendingActs } from "../../infra/disruptions/journal.ts";
import { deploymentOf } from "../../infra/disruptions/kubernetes.ts";
import { partsOfNode } from "../../infra/disruptions/node-parts.ts";
import { processesOf } from "../../infra/disruptions/owned.ts";
import { privateFolder } from "../../infra/places.ts";
import { whyNot } from "../../infra/plugin/k3s-host.ts";
import { registered } from "../../infra/plugin/registry.ts";
import { builtInService } from "../../infra/services/index.ts";
import { type Endpoint, type OpenTarget, targets, type UnderTest } from "../../infra/targets/index.ts";
import { settle } from "../../study/disrupted-trial.ts";
import { undoLeftovers } from "../../study/leftover-disruptions.ts";
import { asked, declaredFor, isSteadyAgainAfter, seen } from "./each-disruption.ts";
import { helpers, isStopped, killInTheMiddleOf } from "./killed-runner.ts";
import { setUpTiny } from "./set-up-tiny.ts";

const reasons = whyNot({ stateRoot: join(privateFolder, "k3s") });
const variant = "int8-replicas";
const eager = "eager-readiness";
const declared = declaredFor("k3s");
/** So long that the runner is dead before it would have undone it. */
const held: Partial<Record<keyof typeof disruptions, object>> = {
  hang: { seconds: 600 },
  "scale-down": { seconds: 600 },
  "image-missing": { seconds: 600 },
  "container-oom": { seconds: 60 },
  "cpu-pressure": { neighbours: 1, seconds: 600 },
  "network-delay": { seconds: 600 },
  "network-loss": { seconds: 600 },
  "network-partition": { seconds: 600 },
};
if (reasons.length > 0) console.warn(`skipped: a K3s node cannot run here: ${reasons.join("; ")}`);

describe.skipIf(reasons.length > 0)("a deployment on a K3s node", () => {
  let target: OpenTarget;
  let endpoint: Endpoint;
  let underTest: UnderTest;
  const { signal } = new AbortController();

  beforeAll(async () => {
    process.env.TESTBED_AIRGAP ??= "1";
    const { toolchain } = await setUpTiny({ target: "k3s", variants: [variant] });
    target = targets.k3s.open({ toolchain, service: builtInService(), model: "tiny" });
    endpoint = await target.up(variant, { signal });
    underTest = await target.underTest!(endpoint);
  });

  afterAll(async () => {
    for (const name of [variant, eager]) await target.down(name);
    await target.end!();
  });

  it("has its expectations written down for each disruption", () => {
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(declared.map(([name]) => name)));
  });

  it.each(declared)("is steady again after %s", async (name, disruption) => {
    await isSteadyAgainAfter(name, disruption, { endpoint, underTest, signal });
  });

  it.each(declared.map(([name]) => name))(
    "is steady again where a runner was killed in the middle of %s",
    async (name) => {
      const request = { underTest, endpoint, asked, responseMs: 2_000, signal };
      await settle(request);
      const { service } = underTest;
      if (service.target !== "k3s") throw new Error("expected the k3s target");
      const { deployment } = await deploymentOf(service);
      const { server } = partsOfNode(service);
      await killInTheMiddleOf(name, underTest, endpoint.url, held[name] ?? {});
      expect(pendingActs()).toHaveLength(1);
      const failWhereLeft = await undoLeftovers(() => {});
      failWhereLeft();
      // Where the API goes away, its server ends some time after the act, and answers until then.
      if (seen[name]!.includes("api-away")) {
        await vi.waitFor(() => expect(partsOfNode(service).server).not.toEqual(server), { timeout: 60_000 });
      }
      await settle(request);
      const after = (await deploymentOf(service)).deployment;
      expect(after.spec?.replicas).toBe(deployment.spec?.replicas);
      expect(after.spec?.strategy).toEqual(deployment.spec?.strategy);
      expect(helpers()).toEqual([]);
      expect(registered().flatMap(stoppedProcesses)).toEqual([]);
      expect(pendingActs()).toEqual([]);
    },
  );

  it("loses a copy that hangs while it still hangs, where its readiness is asked for every second", async () => {
    await target.down(variant);
    const eagerly = await target.up(eager, { signal });
    const place = { endpoint: eagerly, underTest: await target.underTest!(eagerly), signal };
    const { record, events } = await isSteadyAgainAfter("hang", disruptions.hang, place, {
      given: { seconds: 10 },
      mustSee: ["endpoint-removed", "endpoint-added"],
    });
    const removed = events.find(({ kind }) => kind === "endpoint-removed")!;
    expect(removed.atMs).toBeGreaterThan(record.startedMs!);
    // A second without an answer and up to one until the next probe, of the ten that it lasts.
    expect(removed.atMs).toBeLessThan(record.startedMs! + 8_000);
    expect(removed.atMs).toBeLessThan(record.undoneMs!);
  });
});

/** Of a node and of all its pods. */
function stoppedProcesses({ traces }: ReturnType<typeof registered>[number]): readonly number[] {
  if (traces === undefined) return [];
  return processesOf({ controlGroup: traces.controlGroup })
    .map(({ pid }) => pid)
    .filter(isStopped);
}
