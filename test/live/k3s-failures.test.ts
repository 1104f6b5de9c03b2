/**
 * What can go wrong on the way to a number, each tried on a real node: one clear message, a state that the next
 * command can use, and nothing left at the end.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestbedError } from "../../errors/errors.ts";
import { stackLocks } from "../../infra/engine/stack-locks.ts";
import { openStacks, type Stacks } from "../../infra/engine/stacks.ts";
import { isAlive } from "../../infra/host/process.ts";
import { processesOf, signalOwned } from "../../infra/host/process-ownership.ts";
import { registered } from "../../infra/host/started-services.ts";
import { cacheRoot } from "../../infra/toolchain/index.ts";
import { privateFolder } from "../../infra/workspace/paths.ts";
import { projectFolder } from "../../infra/workspace/project.ts";
import { writeConfig } from "../../infra/workspace/stack-config.ts";
import { testbed } from "./command.ts";
import { leftovers, reasons } from "./k3s-host.ts";
import { setUpTiny } from "./set-up-tiny.ts";

const variant = "onnx-int8";
const stack = `k3s.${variant}`;

/** A `testbed` command as a user runs it, with what it says. */
const command = (args: readonly string[], env: Record<string, string> = {}) =>
  execa("node", [...testbed, ...args], { reject: false, all: true, env });
const up = (name: string) => command(["up", name, "--model", "tiny"]);

const node = () => registered().filter(({ traces }) => traces !== undefined);

const mark = () => ({ controlGroup: node()[0]!.traces!.controlGroup });
/** The served model's processes on the node. */
const serving = () => processesOf(mark()).filter(({ pid }) => commandOf(pid).includes("bentoml"));
const commandOf = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // It has ended.
  }
};

async function killNode(): Promise<void> {
  const [one] = node();
  process.kill(one!.pid, "SIGKILL");
  while (isAlive(one!)) await new Promise(setImmediate);
}

/** Waits until a stack's engine is at work. @returns its pid */
async function engineOf(name: string): Promise<number> {
  const state = `file://${join(privateFolder, "state")}`;
  for (;;) {
    const [lock] = stackLocks(state, name);
    if (lock !== undefined) return lock.pid;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe.skipIf(reasons.length > 0)("a failure of the k3s target", () => {
  let stacks: Stacks;

  beforeAll(async () => {
    process.env.TESTBED_AIRGAP ??= "1";
    await command(["down", "--all"]);
    stacks = openStacks((await setUpTiny({ target: "k3s", variants: [variant] })).toolchain);
    expect(leftovers()).toEqual([]);
  });

  afterAll(async () => {
    await command(["down", "--all"]);
  });

  it("no node: a variant's up says which command brings one", async () => {
    const { exitCode, all } = await up(stack);
    expect(exitCode).toBe(4);
    expect(all).toMatch(/needs k3s\.node, which is not up[\s\S]*npx testbed up k3s\.node/);
  });

  it("engine killed while the node starts: down --all removes what is half made, the next up makes one node", async () => {
    const panic = readFileSync("/proc/sys/kernel/panic", "utf8");
    const killEngine = async () => {
      const first = up("k3s.node");
      await until(() => node().length === 1);
      // Only now: of the engines that look at the stack before, each holds it for a moment.
      process.kill(await engineOf("k3s.node"), "SIGKILL");
      expect((await first).exitCode).toBe(4);
    };
    await killEngine();
    expect(leftovers()).not.toEqual([]);
    await command(["down", "--all"]);
    expect(leftovers()).toEqual([]);
    await killEngine();
    const again = await up("k3s.node");
    expect(again.exitCode, again.all).toBe(0);
    expect(node()).toHaveLength(1);
    expect(node()[0]!.traces!.kernelSettings["kernel/panic"]).toBe(panic.trim());
  });

  // One variant comes up in four goes: each begins where the one before was broken off.
  it("Ctrl-C while a variant comes up: exit 130", async () => {
    const first: ChildProcess = spawn("node", [...testbed, "up", stack, "--model", "tiny"], {
      detached: true,
      stdio: "ignore",
    });
    const ended = new Promise<number | null>((resolve) => first.once("exit", resolve));
    await until(() => serving().length > 0);
    // As a terminal does it: to every process of the group.
    process.kill(-first.pid!, "SIGINT");
    expect(await ended).toBe(130);
  });

  it("engine killed while the next up goes on: exit 4", async () => {
    const next = up(stack);
    process.kill(await engineOf(stack), "SIGKILL");
    expect((await next).exitCode).toBe(4);
  });

  it("probe never passing: the dead engine's lock is freed, and the message says what the pod waits for", async () => {
    // Stopped as it starts: on a fast machine the service may answer before the shortest deadline has passed.
    signalOwned(serving(), mark(), "SIGSTOP");
    const silence = setInterval(() => signalOwned(serving(), mark(), "SIGSTOP"), 100);
    await writeConfig(projectFolder, stack, { startSeconds: 2 });
    const { exitCode, all } = await up(stack).finally(() => clearInterval(silence));
    await writeConfig(projectFolder, stack, { startSeconds: undefined });
    signalOwned(serving(), mark(), "SIGCONT");
    expect(exitCode, all).toBe(4);
    expect(all).toMatch(/Deployment testbed-onnx-int8\/serving: ProgressDeadlineExceeded[\s\S]*pod serving-/);
  });

  it("all of it mended by the next up, which nothing is left to change after", async () => {
    const again = await up(stack);
    expect(again.exitCode, again.all).toBe(0);
    expect((await stacks.up(stack, { config: { model: "tiny" } })).changed).toBe(false);
  });

  it("image missing: made by nobody, it is named with the command that makes it", async () => {
    const cache = mkdtempSync(join(tmpdir(), "cache-"));
    for (const name of readdirSync(cacheRoot())) {
      if (!/^(image|layer)-/.test(name)) symlinkSync(join(cacheRoot(), name), join(cache, name));
    }
    process.env.TESTBED_CACHE = cache;
    const failure = await stacks
      .up("k3s.onnx", { config: { model: "tiny" } })
      .catch((error: unknown) => error);
    delete process.env.TESTBED_CACHE;
    rmSync(cache, { recursive: true });
    await stacks.destroy("k3s.onnx");
    const { problems, hint } = failure as TestbedError;
    expect(problems.map(({ got }) => got).join("\n")).toContain(
      "the image of sentiment (onnx) was not built",
    );
    expect(hint).toMatch(/testbed setup --target k3s --model tiny/);
  });

  it("node gone, its kubeconfig stale: told at once; up of the node and of the variant mend it without a down", async () => {
    await killNode();
    const refused = await up(stack);
    expect(refused.exitCode).toBe(4);
    expect(refused.all).toMatch(/the K3s node is no longer running[\s\S]*npx testbed up k3s\.node/);
    const renewed = await up("k3s.node");
    expect(renewed.exitCode, renewed.all).toBe(0);
    expect(renewed.all).not.toMatch(/nothing changed/);
    const again = await up(stack);
    expect(again.exitCode, again.all).toBe(0);
  });

  it("node killed during a trial: that trial is marked failed, and the study goes on with another node", async () => {
    const down = await command(["down", "--all"]);
    expect(down.exitCode, down.all).toBe(0);
    expect(leftovers()).toEqual([]);
    const study = execa("node", [...testbed, "study", "test/live/studies/tiny-k3s-many.ts"], {
      reject: false,
      all: true,
    });
    // Its load job is on its way: the trial has begun.
    const load = join(privateFolder, "load");
    await until(() => existsSync(load) && readdirSync(load).some((name) => name.endsWith(".json")));
    await killNode();
    const { exitCode, stdout, all } = await study;
    expect(exitCode, all).toBe(0);
    const trials = join(stdout.trim().split("\n").at(-1)!, "..", "trials");
    const records = readdirSync(trials).map((id) =>
      JSON.parse(readFileSync(join(trials, id, "trial.json"), "utf8")),
    );
    expect(records.map(({ status }) => status).sort()).toEqual(["failed", "finished"]);
    expect(records.find(({ status }) => status === "failed").error).toMatch(/the K3s node ended/);
    expect(leftovers()).toEqual([]);
  });

  it("disk full under the results: told as that, everything down, and --resume goes on once there is room", async () => {
    const results = join("results", "tiny-k3s-many");
    const before = `${results}-before`;
    await execa("mv", [results, before]);
    mkdirSync(results);
    await execa("mount", ["-t", "tmpfs", "-o", "size=24k", "testbed-full", results]);
    try {
      // On the quicker target: the results are the same folder.
      const study = ["study", "test/live/studies/tiny-k3s-many.ts", "--target", "process"];
      const full = await command(study);
      expect(full.exitCode, full.all).toBe(5);
      expect(full.all).toMatch(/the disk is full[\s\S]*--resume/);
      expect(full.all).not.toMatch(/\n\s+at .*\.ts/);
      expect(leftovers()).toEqual([]);
      await execa("mount", ["-o", "remount,size=64m", results]);
      const resumed = await command(["study", study[1]!, "--resume"]);
      expect(resumed.exitCode, resumed.all).toBe(0);
    } finally {
      await execa("umount", [results]);
      rmSync(results, { recursive: true });
      await execa("mv", [before, results]);
    }
    expect(leftovers()).toEqual([]);
  });

  it("disk full under the cache: told as that, and nothing half made is taken for whole", async () => {
    // Not below /tmp, which the node would not see: that is refused before anything is made.
    const cache = mkdtempSync(join(privateFolder, "cache-"));
    await execa("mount", ["-t", "tmpfs", "-o", "size=16m", "testbed-full", cache]);
    try {
      for (const name of readdirSync(cacheRoot())) {
        if (!/^(image|layer)-/.test(name)) symlinkSync(join(cacheRoot(), name), join(cache, name));
      }
      const full = await command(["setup", "--target", "k3s", "--model", "tiny"], { TESTBED_CACHE: cache });
      expect(full.exitCode, full.all).toBe(5);
      expect(full.all).toMatch(/the disk is full/);
      expect(readdirSync(cache).filter((name) => /^(image|layer)-[^.]*$/.test(name))).toEqual([]);
    } finally {
      await execa("umount", [cache]);
      rmSync(cache, { recursive: true });
    }
  });
});
