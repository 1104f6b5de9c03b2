/**
 * The disruptions of the k3s-docker target, on two real nodes with the tiny model. What acts on processes finds them
 * through the control groups of containers in containers; what acts through the API alone is the same on every cluster, and
 * k3s-disruptions.ts has it.
 */
import { beforeAll, expect, it } from "vitest";
import { pendingActs } from "../../infra/disruptions/journal/journal.ts";
import { openEngine } from "../../infra/docker/engine.ts";
import type { Endpoint, OpenTarget, UnderTest } from "../../infra/targets/index.ts";
import { dockerPrefix } from "../../infra/workspace/paths.ts";
import { undoLeftovers } from "../../study/session/leftover-disruptions.ts";
import { settle } from "../../study/trial/disrupted-trial.ts";
import { asked, declaredFor, isSteadyAgainAfter } from "./each-disruption.ts";
import { killInTheMiddleOf } from "./killed-runner.ts";

const besidesTheApi = declaredFor("k3s-docker").filter(([, { on }]) => on.cluster === undefined);

/** Registers the tests. @param open the target, once it is open, with its nodes up @param variant one of two replicas */
export function disruptionTests(open: () => OpenTarget, variant: string): void {
  let endpoint: Endpoint;
  let underTest: UnderTest;
  const { signal } = new AbortController();

  beforeAll(async () => {
    const target = open();
    endpoint = await target.up(variant, { signal });
    underTest = await target.underTest!(endpoint);
  });

  it.each(besidesTheApi)("is steady again after %s", async (name, disruption) => {
    await isSteadyAgainAfter(name, disruption, { endpoint, underTest, signal });
  });

  it.each([
    ["image-missing", { seconds: 600 }],
    ["node-loss", { seconds: 600 }],
  ] as const)("is steady again where a runner was killed in the middle of %s", async (name, settings) => {
    const request = { underTest, endpoint, asked, responseMs: 2_000, signal };
    await settle(request);
    const addresses = await agentAddresses();
    await killInTheMiddleOf(name, underTest, endpoint.url, settings);
    const failWhereLeft = await undoLeftovers(() => {});
    failWhereLeft();
    await settle(request);
    expect(await agentAddresses()).toEqual(addresses);
    expect(pendingActs()).toEqual([]);
  });
}

async function agentAddresses() {
  const { NetworkSettings } = await openEngine().ask("GET", `/containers/${dockerPrefix}-agent-1/json`);
  const networks: Readonly<Record<string, { NetworkID: string; IPAddress: string }>> =
    NetworkSettings.Networks;
  return Object.values(networks).map(({ NetworkID, IPAddress }) => [NetworkID, IPAddress]);
}
