/**
 * Gives the load pods' processes priority over all others of this host. A pod may not raise its own priority, and
 * without it a busy service delays the sends by tens of milliseconds; the runner, which is root here, raises it from
 * outside.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { messageOf } from "../../../../errors/errors.ts";
import { leastMeanGapForRealTimeMs } from "../../../../workloads/generator/timing/precision.ts";
import { registered } from "../../../host/started-services.ts";

const wantedNice = -20;

/**
 * Of a second, for all pods together: a kernel that groups real-time tasks gives a new group none, and refuses the
 * class to its tasks. The machine's own limit (95 %) stays above it.
 */
const realTimeMicroseconds = 800_000;

/** Called with the ids of a job's pods when all are warm and before the start. */
export type RaisePods = (uids: readonly string[]) => PodPriority;

export interface PodPriority {
  /** Least favourable niceness of their processes; left out where it is what the pods themselves say. */
  readonly nice?: number;
  /** Likewise. */
  readonly realTime?: boolean;
  /** For the record of the generator's health: what was done, and why no more. */
  readonly priorityNote: string;
}

/** Where the pods' processes are not this host's: in a container's node, or on another machine. */
export const leftAlone: RaisePods = () => ({
  priorityNote: "ordinary class: the runner is not on the load pods' host, or may not raise their priority",
});

/** For a node that is a process of this host. A share that hardly ever sleeps is raised, but not to that class. */
export function raiseFromHost({
  ratePerSecond,
  workers,
}: {
  readonly ratePerSecond: number;
  readonly workers: number;
}): RaisePods {
  const meanGapMs = (1000 * workers) / ratePerSecond;
  return (uids) => raised(uids, nodeGroups(), meanGapMs > leastMeanGapForRealTimeMs);
}

/** Of the nodes of this workspace on this host: the folder of each in the hierarchy of the processors. */
function nodeGroups(): readonly string[] {
  return registered()
    .flatMap(({ traces }) => (traces === undefined ? [] : [groupRoot(traces.controlGroup)]))
    .filter((root) => existsSync(root));
}

/** @param roots control groups below which the pods' own are looked for */
export function raised(uids: readonly string[], roots: readonly string[], realTime: boolean): PodPriority {
  const pods = roots.flatMap((root) => uids.flatMap((uid) => podFolder([root], uid)));
  if (pods.length < uids.length) return leftAlone(uids);
  if (realTime) for (const folders of pods) grantRealTime(folders, realTimeMicroseconds / pods.length);
  const pids = pods.flatMap((folders) => pidsIn(folders.at(-1)!));
  const refused = pids.flatMap((pid) => raiseProcess(pid, realTime));
  const nice = Math.max(...pids.map((pid) => os.getPriority(pid)));
  if (refused.length > 0) return { nice, priorityNote: `not raised by the runner: ${refused[0]}` };
  return {
    nice,
    realTime,
    priorityNote: realTime
      ? "real-time class, given by the runner on the node's host"
      : "ordinary class at the highest niceness, given by the runner: at this rate the generator hardly sleeps",
  };
}

/** @returns why not; empty where it was done */
function raiseProcess(pid: number, realTime: boolean): string[] {
  try {
    os.setPriority(pid, wantedNice);
    // Its threads as well: see workloads/generator/timing/precision.ts.
    if (realTime) execFileSync("chrt", ["--all-tasks", "--rr", "--pid", "1", String(pid)], { stdio: "pipe" });
    return [];
  } catch (error) {
    // Its health shows, should one have ended meanwhile.
    return existsSync(`/proc/${pid}`) ? [lastLine(error)] : [];
  }
}

function lastLine(error: unknown): string {
  return messageOf(error).trim().split("\n").at(-1)!;
}

/** In the processors' hierarchy of version 1, or the one of version 2. */
function groupRoot(group: string): string {
  const unified = existsSync("/sys/fs/cgroup/cgroup.controllers");
  return join("/sys/fs/cgroup", unified ? "" : "cpu", group);
}

/** The control groups from the node's own to the pod's, which carries its id in its name; one path or none. */
function podFolder(path: readonly string[], uid: string): (readonly string[])[] {
  const folder = path.at(-1)!;
  if (folder.includes(`pod${uid}`) || folder.includes(`pod${uid.replaceAll("-", "_")}`)) return [path];
  return subfolders(folder).flatMap((below) => podFolder([...path, below], uid));
}

function grantRealTime(path: readonly string[], microseconds: number): void {
  const pod = path.at(-1)!;
  const containers = subfolders(pod);
  const grants = [
    ...path.slice(0, -1).map((folder) => [folder, realTimeMicroseconds] as const),
    [pod, microseconds] as const,
    ...containers.map((folder) => [folder, microseconds / containers.length] as const),
  ];
  for (const [folder, share] of grants) {
    const file = join(folder, "cpu.rt_runtime_us");
    if (!existsSync(file)) continue;
    try {
      writeFileSync(file, String(Math.floor(share)));
    } catch {
      return; // Others have it, another node for instance; what comes of it is in the lateness.
    }
  }
}

function pidsIn(folder: string): number[] {
  const own = readFileSync(join(folder, "cgroup.procs"), "utf8")
    .split("\n")
    .map(Number)
    .filter((pid) => pid > 0);
  return [...own, ...subfolders(folder).flatMap(pidsIn)];
}

function subfolders(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}
