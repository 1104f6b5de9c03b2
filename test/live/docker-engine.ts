/**
 * A Docker engine for the live tests: the one that answers, or else, where `dockerd` is on PATH and this is root on
 * Linux, one that is started for the tests alone and ended after them, with what it leaves in the packet filter.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, openSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoEngine } from "../../infra/docker/engine.ts";
import { pause } from "../../infra/host/process.ts";

export interface TestEngine {
  /** Why there is none; null where there is one. */
  readonly missing: string | null;
  end(): Promise<void>;
}

const startsWithinMs = 30_000;
const forwarding = "/proc/sys/net/ipv4/ip_forward";

export async function findOrStartEngine(): Promise<TestEngine> {
  const silent = await whyNoEngine();
  if (silent === null) return { missing: null, end: async () => undefined };
  const none = (why: string) => ({ missing: `${silent}; ${why}`, end: async () => undefined });
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    return none("only root on Linux can start one");
  if (!onPath("dockerd") || !onPath("iptables-save")) return none("no dockerd, or no iptables, is on PATH");

  const folder = await mkdtemp(join(tmpdir(), "testbed-docker-"));
  const before = {
    rules: execFileSync("iptables-save", { encoding: "utf8" }),
    forward: readFileSync(forwarding),
    groups: engineGroups(),
  };
  const log = join(folder, "dockerd.log");
  const socket = `unix://${join(folder, "docker.sock")}`;
  const options = ["--host", socket, "--bridge", "none", "--pidfile", join(folder, "pid")];
  const roots = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")];
  const file = openSync(log, "w");
  const engine = spawn("dockerd", [...options, ...roots], { stdio: ["ignore", file, file] });
  const end = async () => {
    await ended(engine);
    const rules = before.rules + emptied(before.rules, execFileSync("iptables-save", { encoding: "utf8" }));
    execFileSync("iptables-restore", { input: rules });
    writeFileSync(forwarding, before.forward);
    for (const group of engineGroups()) {
      // One hierarchy may be there under more names than one.
      if (!before.groups.includes(group) && existsSync(group)) rmdirSync(group);
    }
    await rm(folder, { recursive: true, force: true });
    delete process.env.DOCKER_HOST;
  };
  process.env.DOCKER_HOST = socket;
  const deadline = performance.now() + startsWithinMs;
  while ((await whyNoEngine()) !== null) {
    if (engine.exitCode !== null || performance.now() > deadline) {
      const words = readFileSync(log, "utf8").trim().split("\n").slice(-3).join(" | ");
      await end();
      return none(`dockerd does not start here: ${words}`);
    }
    await pause(200);
  }
  return { missing: null, end };
}

/** A table that was not there before is not told of, and would stay as the engine leaves it: its own chains, and nothing in them. */
function emptied(before: string, after: string): string {
  const tables = after.split(/^(?=\*)/m).filter((part) => part.startsWith("*"));
  return tables
    .map((table) => table.split("\n"))
    .filter(([name]) => !before.split("\n").includes(name!))
    .map(([name, ...lines]) => {
      const own = lines.flatMap((line) => line.match(/^:(\S+) (?!-)/)?.[1] ?? []);
      return [name, ...own.map((chain) => `:${chain} ACCEPT [0:0]`), "COMMIT", ""].join("\n");
    })
    .join("");
}

/** The engine makes one in every hierarchy and leaves it, empty. */
function engineGroups(): readonly string[] {
  const root = "/sys/fs/cgroup";
  return [root, ...readdirSync(root).map((name) => join(root, name))]
    .map((folder) => join(folder, "docker"))
    .filter((group) => existsSync(group));
}

async function ended(engine: ChildProcess): Promise<void> {
  if (engine.exitCode !== null) return;
  const exit = new Promise((resolve) => engine.once("exit", resolve));
  engine.kill("SIGTERM");
  await exit;
}

export function onPath(command: string): boolean {
  try {
    execFileSync("sh", ["-c", 'command -v "$1"', "sh", command], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
