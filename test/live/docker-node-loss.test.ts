/** The loss of one of two nodes under load, with one replica and with two; and what a runner that is killed in it leaves. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analysisFile } from "../../analysis/result.ts";
import { pendingActs } from "../../infra/disruptions/journal.ts";
import { openEngine } from "../../infra/docker/engine.ts";
import { dockerLeftovers } from "../../infra/docker/leftovers.ts";
import { dockerPrefix } from "../../infra/places.ts";
import { builtInService } from "../../infra/services/index.ts";
import { classifications } from "../../infra/services/sentiment/asked.ts";
import { type Endpoint, type OpenTarget, targets, type UnderTest } from "../../infra/targets/index.ts";
import { settle } from "../../study/disrupted-trial.ts";
import { undoLeftovers } from "../../study/leftover-disruptions.ts";
import { timelineFile } from "../../workloads/timeline.ts";
import { run, testbed } from "./command.ts";
import { findOrStartEngine } from "./docker-engine.ts";
import { killInTheMiddleOf } from "./killed-runner.ts";
import { setUpTiny } from "./set-up-tiny.ts";
import { keepSettings } from "./settings.ts";

const engine = await findOrStartEngine();
if (engine.missing !== null) console.warn(`skipped: no Docker engine: ${engine.missing}`);
afterAll(engine.end);

const study = "test/live/studies/tiny-node-loss.ts";
const { signal } = new AbortController();

describe.skipIf(engine.missing !== null)("the loss of one of two nodes", () => {
  let putBack = async () => {};

  beforeAll(async () => {
    process.env.TESTBED_AIRGAP ??= "1";
    await run("node", [...testbed, "down", "--all"]);
    putBack = await keepSettings();
  });

  afterAll(async () => {
    await run("node", [...testbed, "down", "--all"]);
    await putBack();
  });

  it("is refused where there is one node only, with nothing provisioned", async () => {
    await expect(run("node", [...testbed, "study", study, "--nodes", "1"])).rejects.toMatchObject({
      stderr: expect.stringContaining("node-loss on 1 node"),
    });
    expect(await dockerLeftovers()).toEqual([]);
  });

  it("costs one replica all requests of its time and two replicas few, each accounted for", async () => {
    const command = [...testbed, "study", study, "--nodes", "2", "--keep"];
    const { stdout } = await run("node", command, { maxBuffer: 2 ** 26 });
    const directory = join(stdout.trim().split("\n").at(-1)!, "..");
    const read = async (file: string) => JSON.parse(await readFile(join(directory, file), "utf8"));
    const { injections, cells } = analysisFile.parse(await read("analysis.json")).recovery!;
    console.info(cells.map(({ sentence }) => sentence).join("\n"));
    const lostShare: Record<string, number> = {};
    for (const { trial, variant, account } of injections) {
      expect(await read(`trials/${trial}/trial.json`)).toMatchObject({ status: "finished", error: "" });
      const timeline = timelineFile.parse(await read(`trials/${trial}/timeline.json`));
      const events = timeline.events.map(
        ({ atMs, kind, subject }) => `\n  ${Math.round(atMs)} ${kind} ${subject}`,
      );
      console.info(variant, JSON.stringify(timeline.injections), ...events, JSON.stringify(account));
      expect(timeline.events.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining([
          "container-ended",
          "endpoint-removed",
          "restarted",
          "pod-ready",
          "endpoint-added",
        ]),
      );
      const [injection] = timeline.injections;
      expect(injection).toMatchObject({ steadyBefore: true, error: "" });
      expect(injection!.subject).toMatch(/^node agent-1 /);
      expect(injection!.undoneMs! - injection!.startedMs!).toBeGreaterThan(5_000);
      const copies = variant === "int8-replicas" ? 2 : 1;
      expect(injection!.mechanism).toContain(`with 1 of ${copies} pods`);
      expect(timeline.replicas).toBe(copies);
      const { offered, ok, late, failed, lost } = account!;
      expect(ok + late + failed + lost).toBe(offered);
      lostShare[variant] = lost / offered;
    }
    // Those of the 5 s that the node is away and of its start, of 15 s and more that the injection answers for.
    expect(lostShare["onnx-int8"]).toBeGreaterThan(0.25);
    expect(lostShare["int8-replicas"]).toBeLessThan(lostShare["onnx-int8"]! / 4);
    expect(pendingActs()).toEqual([]);
  });

  describe("in the middle of which the runner is killed", () => {
    let target: OpenTarget;
    let endpoint: Endpoint;
    let underTest: UnderTest;
    const agent = async () => openEngine().ask("GET", `/containers/${dockerPrefix}-agent-1/json`);
    const lose = async () => {
      await killInTheMiddleOf("node-loss", underTest, endpoint.url, { seconds: 600 });
      expect(pendingActs()).toHaveLength(1);
      expect((await agent()).State.Running).toBe(false);
    };

    beforeAll(async () => {
      const { toolchain } = await setUpTiny({ target: "k3s-docker", variants: ["onnx-int8"] });
      target = targets["k3s-docker"].open({ toolchain, service: builtInService(), model: "tiny" });
      endpoint = await target.up("onnx-int8", { signal });
      underTest = await target.underTest!(endpoint);
    });

    it("is over once it is undone, and the service is steady again", async () => {
      const before = (await agent()).NetworkSettings.Networks;
      await lose();
      const failWhereLeft = await undoLeftovers(() => {});
      failWhereLeft();
      const { State, NetworkSettings } = await agent();
      expect(State.Running).toBe(true);
      expect(addresses(NetworkSettings.Networks)).toEqual(addresses(before));
      const asked = classifications([Buffer.from(JSON.stringify({ texts: ["Is the model awake?"] }))]);
      await settle({ underTest, endpoint, asked, responseMs: 2_000, signal });
      expect(pendingActs()).toEqual([]);
    });

    it("leaves nothing after testbed down --all", async () => {
      await lose();
      const { stdout } = await run("node", [...testbed, "down", "--all"]);
      expect(stdout).toContain("undid node-loss");
      expect((await dockerLeftovers()).map(({ name }) => name)).toEqual([]);
      expect(pendingActs()).toEqual([]);
    });
  });
});

function addresses(networks: Readonly<Record<string, { NetworkID: string; IPAddress: string }>>) {
  return Object.values(networks).map(({ NetworkID, IPAddress }) => [NetworkID, IPAddress]);
}
