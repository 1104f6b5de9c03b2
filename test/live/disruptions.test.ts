/** Disruptions of the process target on a real service: under load through a study, and left behind by a killed runner. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pendingActs } from "../../infra/disruptions/journal/journal.ts";
import { pause } from "../../infra/host/process.ts";
import { processesOf } from "../../infra/host/process-ownership.ts";
import { registered } from "../../infra/host/started-services.ts";
import { builtInService } from "../../infra/services/index.ts";
import { type Endpoint, type OpenTarget, targets, type UnderTest } from "../../infra/targets/index.ts";
import { undoLeftovers } from "../../study/session/leftover-disruptions.ts";
import { type TimelineFile, timelineFile } from "../../workloads/samples/timeline.ts";
import { run, testbed } from "./command.ts";
import { helpers, isStopped, killInTheMiddleOf } from "./killed-runner.ts";
import { setUpTiny } from "./set-up-tiny.ts";

describe("a study of disruptions on the process target", () => {
  it("injects, records and undoes each disruption, and leaves nothing", async () => {
    const { stdout } = await run("node", [...testbed, "study", "test/live/studies/tiny-disrupted.ts"], {
      maxBuffer: 2 ** 26,
    });
    const directory = join(stdout.trim().split("\n").at(-1)!, "..");
    const seen = new Map<string, TimelineFile>();
    for (const trial of await readdir(join(directory, "trials"))) {
      const read = (file: string) => readFile(join(directory, "trials", trial, file), "utf8");
      const record = JSON.parse(await read("trial.json"));
      expect(record, trial).toMatchObject({ status: "finished", error: "" });
      expect(record.timelineDigest).toMatch(/^sha256:/);
      const timeline = timelineFile.parse(JSON.parse(await read("timeline.json")));
      seen.set(`${timeline.disruption}${trial.includes("supervised") ? ", supervised" : ""}`, timeline);
    }
    expect([...seen.keys()].sort()).toEqual(
      ["hang", "network-partition", "no-op", "server-kill"].flatMap((name) => [name, `${name}, supervised`]),
    );
    for (const [name, { injections }] of seen) {
      expect(injections, name).toHaveLength(1);
      expect(injections[0], name).toMatchObject({ steadyBefore: true, error: "" });
    }
    const kindsOf = (name: string) => seen.get(name)!.events.map(({ kind }) => kind);
    expect(kindsOf("no-op")).toEqual([]);
    expect(kindsOf("hang")).toEqual(expect.arrayContaining(["stopped", "continued"]));
    // By hand where nobody else does it; the supervisor needs no hand.
    expect(seen.get("server-kill")!.injections[0]!.undoneMs).not.toBeNull();
    expect(seen.get("server-kill, supervised")!.injections[0]!.undoneMs).toBeNull();
    expect(kindsOf("server-kill, supervised")).toEqual(expect.arrayContaining(["exited", "started"]));
    expect(nothingIsLeft()).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("a runner that is killed in the middle", () => {
  let target: OpenTarget;
  let endpoint: Endpoint;
  let underTest: UnderTest;
  const mark = () => ({ token: underTest.service.target === "process" ? underTest.service.token : "" });

  beforeAll(async () => {
    const { toolchain } = await setUpTiny();
    target = targets.process.open({ toolchain, service: builtInService(), model: "tiny" });
    endpoint = await target.up("onnx-int8", { signal: new AbortController().signal });
    underTest = await target.underTest!(endpoint);
  });
  afterAll(async () => {
    await target.down("onnx-int8");
  });

  it.each([
    ["no-op", {}],
    ["cpu-pressure", { neighbours: 2, seconds: 600 }],
    ["network-delay", { seconds: 600 }],
    ["network-loss", { seconds: 600 }],
    ["network-partition", { seconds: 600 }],
    ["worker-kill", {}],
    ["hang", { seconds: 600 }],
  ] as const)("of %s leaves nothing once it is undone", async (name, settings) => {
    await until(async () => (await underTest.whyNotReady()) === "");
    await killInTheMiddleOf(name, underTest, endpoint.url, settings);
    expect(pendingActs()).toHaveLength(1);
    // The fault is there without its runner, so that there is something to undo.
    if (name === "cpu-pressure") expect(helpers()).toHaveLength(2);
    if (name === "hang") await until(async () => processesOf(mark()).some(({ pid }) => isStopped(pid)));
    const failWhereLeft = await undoLeftovers(() => {});
    failWhereLeft();
    await until(async () => helpers().length === 0);
    await until(async () => processesOf(mark()).every(({ pid }) => !isStopped(pid)));
    expect(pendingActs()).toEqual([]);
    await until(async () => (await underTest.whyNotReady()) === "");
  });

  it.each(["hang", "server-kill"] as const)("of %s leaves nothing after testbed down --all", async (name) => {
    endpoint = await target.up("onnx-int8", { signal: new AbortController().signal });
    underTest = await target.underTest!(endpoint);
    await killInTheMiddleOf(name, underTest, endpoint.url, name === "hang" ? { seconds: 600 } : {});
    await run("node", [...testbed, "down", "--all"]);
    expect(processesOf(mark())).toEqual([]);
    expect(nothingIsLeft()).toEqual([]);
  });
});

/** Whatever a disruption of this checkout can leave. */
function nothingIsLeft(): readonly string[] {
  return [
    ...registered().map(({ name }) => `service ${name}`),
    ...pendingActs().map(({ disruption }) => `note of ${disruption}`),
    ...helpers().map((pid) => `process ${pid}`),
  ];
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(50);
}
