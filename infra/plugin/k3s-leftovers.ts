/**
 * What a K3s node on this host leaves outside its own namespaces, and how it is removed: control groups, one network
 * link, a state folder, and a few kernel settings that are not per namespace.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
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

export function readKernelSettings(): Record<string, string> {
  return Object.fromEntries(
    kernelSettings
      .filter((name) => existsSync(`/proc/sys/${name}`))
      .map((name) => [name, readFileSync(`/proc/sys/${name}`, "utf8").trim()]),
  );
}

/** Once no process of the node lives. Idempotent. @throws Error naming what could not be removed */
export async function removeTraces(traces: NodeTraces): Promise<void> {
  await run("ip", ["link", "delete", traces.link]).catch(() => undefined); // It goes with the node's namespace.
  await removeControlGroup(traces.controlGroup);
  for (const [name, value] of Object.entries(traces.kernelSettings)) {
    const path = `/proc/sys/${name}`;
    if (readFileSync(path, "utf8").trim() !== value) writeFileSync(path, value);
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
  const roots = existsSync(join(cgroupRoot, "cgroup.controllers"))
    ? [cgroupRoot]
    : readdirSync(cgroupRoot).map((name) => join(cgroupRoot, name));
  return roots.map((root) => join(root, group)).filter((path) => existsSync(path));
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
