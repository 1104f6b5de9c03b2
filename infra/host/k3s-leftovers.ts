/**
 * The parts of a K3s node of this host outside its own namespaces, and how each is removed: control groups, one network
 * link, a state folder, and a few kernel settings that have no namespace.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { pause } from "./process.ts";

export const nodeTraces = z.strictObject({
  stateFolder: z.string(),
  /** Name of the host's end. */
  link: z.string(),
  /** Path below every hierarchy's root. */
  controlGroup: z.string(),
  /** Kernel settings by name, as they were before the node started. */
  kernelSettings: z.record(z.string(), z.string()),
});
export type NodeTraces = z.infer<typeof nodeTraces>;

const run = promisify(execFile);
const cgroupRoot = "/sys/fs/cgroup";

/** What the kubelet sets for the whole machine. */
const kernelSettings = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
] as const;

const settingsFile = z.record(z.string(), z.string());

/**
 * As they were before the first of the nodes that are on this host now, of whichever checkout: a second one would read
 * what the first has set, and put that back.
 *
 * @param record of the machine; it goes with the last node
 */
export function kernelSettingsBefore(record = machineRecord, others = nodeGroups()): Record<string, string> {
  const known = others.length === 0 ? undefined : settingsFile.safeParse(jsonIn(record)).data;
  if (known !== undefined) return known;
  const now = Object.fromEntries(
    kernelSettings
      .filter((name) => existsSync(`/proc/sys/${name}`))
      .map((name) => [name, readFileSync(`/proc/sys/${name}`, "utf8").trim()]),
  );
  writeFileSync(record, JSON.stringify(now));
  return now;
}

const machineRecord = "/run/testbed-k3s-kernel-settings.json";
const groupPrefix = "testbed-";

/** Names of the control groups of every node on this host. */
function nodeGroups(): readonly string[] {
  const names = cgroupRoots().flatMap((root) => subfolders(root).map((path) => basename(path)));
  return [...new Set(names)].filter((name) => name.startsWith(groupPrefix));
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Once no process of the node lives. Idempotent. @throws Error naming what could not be removed */
export async function removeTraces(traces: NodeTraces): Promise<void> {
  await run("ip", ["link", "delete", traces.link]).catch(() => undefined); // It goes with the node's namespace.
  await removeControlGroup(traces.controlGroup);
  // The last one turns off the light.
  if (nodeGroups().length === 0) {
    for (const [name, value] of Object.entries(traces.kernelSettings)) {
      const path = `/proc/sys/${name}`;
      if (readFileSync(path, "utf8").trim() !== value) writeFileSync(path, value);
    }
    await rm(machineRecord, { force: true });
  }
  await rm(traces.stateFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

export function leavesTraces({ stateFolder, controlGroup, link }: NodeTraces): boolean {
  return (
    existsSync(stateFolder) ||
    existsSync(`/sys/class/net/${link}`) ||
    controlGroupFolders(controlGroup).length > 0
  );
}

/** In a hierarchy each, or in the one of version 2. */
function controlGroupFolders(group: string): readonly string[] {
  return cgroupRoots()
    .map((root) => join(root, group))
    .filter((path) => existsSync(path));
}

function cgroupRoots(): readonly string[] {
  return existsSync(join(cgroupRoot, "cgroup.controllers"))
    ? [cgroupRoot]
    : readdirSync(cgroupRoot).map((name) => join(cgroupRoot, name));
}

async function removeControlGroup(group: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const folders = controlGroupFolders(group);
    if (folders.length === 0) return;
    for (const folder of folders) {
      killAll(folder);
      removeTree(folder);
    }
    if (controlGroupFolders(group).length === 0) return;
    if (performance.now() > deadline) throw new Error(`the control group ${group} could not be removed`);
    await pause(100);
  }
}

/** Whatever is in the node's own group is the node's. */
function killAll(folder: string): void {
  for (const child of subfolders(folder)) killAll(child);
  for (const pid of procs(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

function procs(folder: string): number[] {
  try {
    return readFileSync(join(folder, "cgroup.procs"), "utf8")
      .split("\n")
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return []; // Gone meanwhile.
  }
}

function removeTree(folder: string): void {
  for (const child of subfolders(folder)) removeTree(child);
  try {
    rmdirSync(folder);
  } catch {
    // Its last process is still on its way out: tried again.
  }
}

function subfolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}
