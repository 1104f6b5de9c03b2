/** Signals to processes of a service: each one is known by pid and start time, and carries the service's mark. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { isAlive, type ProcessId, pids, startTimeOf, tokenVariable } from "../plugin/process.ts";

export const ownedProcess = z.strictObject({ pid: z.int().positive(), startTime: z.string() });

/** What shows that a process belongs to a service: a token in its environment, or the control group of its pod or node. */
export const ownershipMark = z.union([
  z.strictObject({ token: z.string().min(16) }),
  z.strictObject({ podUid: z.string().min(16) }),
  z.strictObject({ controlGroup: z.string().min(8) }),
]);
export type OwnershipMark = z.infer<typeof ownershipMark>;

export type Role = "supervisor" | "server" | "worker" | "other";

export interface OwnedProcess extends ProcessId {
  readonly role: Role;
}

/** Every living process of the service, in order of pid. Linux only. */
export function processesOf(mark: OwnershipMark): readonly OwnedProcess[] {
  return allPids()
    .filter((pid) => carries(pid, mark))
    .flatMap((pid) => {
      const startTime = startTimeOf(pid);
      return startTime === null ? [] : [{ pid, startTime, role: roleOf(pid) }];
    });
}

/** What it does in the service, by its command line. */
export function roleOf(pid: number): Role {
  const words = commandOf(pid);
  if (words.some((word) => word.endsWith("supervise.sh"))) return "supervisor";
  if (words.includes("_bentoml_impl.worker.service")) return "worker";
  return words.includes("bentoml") && words.includes("serve") ? "server" : "other";
}

/** Empty where it is gone. */
export function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

/** @returns the processes that got it: what ended meanwhile, or is another process by now, gets nothing */
export function signalOwned<T extends ProcessId>(
  processes: readonly T[],
  mark: OwnershipMark,
  signal: NodeJS.Signals,
): readonly T[] {
  return processes.filter((one) => {
    if (!isOwned(one, mark)) return false;
    try {
      process.kill(one.pid, signal);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
      throw error;
    }
  });
}

/** Alive, the same process still, and the service's. */
export function isOwned(one: ProcessId, mark: OwnershipMark): boolean {
  return isAlive(one) && carries(one.pid, mark);
}

function carries(pid: number, mark: OwnershipMark): boolean {
  try {
    if ("token" in mark) {
      return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${tokenVariable}=${mark.token}\0`);
    }
    const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
    if ("controlGroup" in mark) {
      return groups.split("\n").some((line) => `${line}/`.includes(`:/${mark.controlGroup}/`));
    }
    // As the kubelet names a pod's group: with dashes, or, under systemd, with underscores.
    return [mark.podUid, mark.podUid.replaceAll("-", "_")].some((uid) => groups.includes(`pod${uid}`));
  } catch {
    return false; // Gone, or not ours to read.
  }
}

function allPids(): number[] {
  try {
    return [...pids()].sort((a, b) => a - b);
  } catch {
    return [];
  }
}
