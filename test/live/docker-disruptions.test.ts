/**
 * Every disruption that is declared for the k3s-docker target, on two real nodes with the tiny model. What acts on
 * processes finds them through the control groups of containers in containers.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pendingActs } from "../../infra/disruptions/journal.ts";
import { builtInService } from "../../infra/services/index.ts";
import { writeSettings } from "../../infra/settings-file.ts";
import { type Endpoint, type OpenTarget, targets, type UnderTest } from "../../infra/targets/index.ts";
import { settle } from "../../study/disrupted-trial.ts";
import { undoLeftovers } from "../../study/leftover-disruptions.ts";
import { run, testbed } from "./command.ts";
import { findOrStartEngine } from "./docker-engine.ts";
import { asked, declaredFor, isSteadyAgainAfter } from "./each-disruption.ts";
import { killInTheMiddleOf } from "./killed-runner.ts";
import { setUpTiny } from "./set-up-tiny.ts";
import { keepSettings } from "./settings.ts";

const engine = await findOrStartEngine();
if (engine.missing !== null) console.warn(`skipped: no Docker engine: ${engine.missing}`);
afterAll(engine.end);

const variant = "int8-replicas";

describe.skipIf(engine.missing !== null)("a deployment on two K3s nodes in containers", () => {
  let putBack = async () => {};
  let target: OpenTarget;
  let endpoint: Endpoint;
  let underTest: UnderTest;
  const { signal } = new AbortController();

  beforeAll(async () => {
    process.env.TESTBED_AIRGAP ??= "1";
    await run("node", [...testbed, "down", "--all"]);
    putBack = await keepSettings();
    await writeSettings("k3s-docker", { nodes: 2 });
    const { toolchain } = await setUpTiny({ target: "k3s-docker", variants: [variant] });
    target = targets["k3s-docker"].open({ toolchain, service: builtInService(), model: "tiny" });
    endpoint = await target.up(variant, { signal });
    underTest = await target.underTest!(endpoint);
  });

  afterAll(async () => {
    await run("node", [...testbed, "down", "--all"]);
    await putBack();
  });

  it.each(declaredFor("k3s-docker"))("is steady again after %s", async (name, disruption) => {
    await isSteadyAgainAfter(name, disruption, { endpoint, underTest, signal });
  });

  it.each([
    ["scale-down", { seconds: 600 }],
    ["image-missing", { seconds: 600 }],
  ] as const)("is steady again where a runner was killed in the middle of %s", async (name, settings) => {
    const request = { underTest, endpoint, asked, responseMs: 2_000, signal };
    await settle(request);
    await killInTheMiddleOf(name, underTest, endpoint.url, settings);
    const failWhereLeft = await undoLeftovers(() => {});
    failWhereLeft();
    await settle(request);
    expect(pendingActs()).toEqual([]);
  });
});
