/** The loss of one of two nodes under load, with one replica and with two; and what a runner that is killed in it leaves. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { analysisFile } from "../../analysis/schema/analysis-result.ts";
import { pendingActs } from "../../infra/disruptions/journal/journal.ts";
import { openEngine } from "../../infra/docker/engine.ts";
import type { Endpoint, OpenTarget } from "../../infra/targets/index.ts";
import { dockerLeftovers } from "../../infra/targets/kubernetes/docker-leftovers.ts";
import { dockerPrefix } from "../../infra/workspace/paths.ts";
import { timelineFile } from "../../workloads/samples/timeline.ts";
import { run, testbed } from "./command.ts";
import { killInTheMiddleOf } from "./killed-runner.ts";

const study = "test/live/studies/tiny-node-loss.ts";

export async function nodeLossIsRefusedOnOneNode(): Promise<void> {
  await expect(run("node", [...testbed, "study", study, "--nodes", "1"])).rejects.toMatchObject({
    stderr: expect.stringContaining("node-loss on 1 node"),
  });
  expect(await dockerLeftovers()).toEqual([]);
}

/** A runner is killed while the agent is away. */
export async function loseAgent(target: OpenTarget, endpoint: Endpoint): Promise<void> {
  const underTest = await target.underTest!(endpoint);
  await killInTheMiddleOf("node-loss", underTest, endpoint.url, { seconds: 600 });
  expect(pendingActs()).toHaveLength(1);
  const { State } = await openEngine().ask("GET", `/containers/${dockerPrefix}-agent-1/json`);
  expect(State.Running).toBe(false);
}

/** Registers the tests: two nodes must be up. */
export function nodeLossTests(): void {
  it("costs one replica all requests of its time and two replicas few, each accounted for", async () => {
    const command = [...testbed, "study", study, "--nodes", "2"];
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
}
