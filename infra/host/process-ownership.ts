/**
 * Signals to the processes of a service. Each process must match by pid and start time, and must carry the service's
 * mark.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { z } from "zod";
import { isAlive, type ProcessId, pids, startTimeOf, statFields, tokenVariable } from "./process.ts";

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

/** Every living process of the service, in order of pid, with what it does there by its place in their tree. Linux only. */
export function processesOf(mark: OwnershipMark): readonly OwnedProcess[] {
  const found = allPids()
    .filter((pid) => carries(pid, mark))
    .flatMap((pid) => {
      const startTime = startTimeOf(pid);
      return startTime === null ? [] : [{ pid, startTime, parent: parentOf(pid) }];
    });
  const roleOf = rolesOf(
    found.map(({ pid, parent }) => ({ pid, parent, kind: kindOf(pid) })),
    listens,
  );
  return found.map(({ pid, startTime }) => ({ pid, startTime, role: roleOf.get(pid) ?? "other" }));
}

/** The testbed's own, which starts a command again whenever it ends. */
export function isSupervisor(pid: number): boolean {
  return kindOf(pid) === "supervisor";
}

export interface TreeProcess {
  readonly pid: number;
  readonly parent: number;
  /** `sandbox` holds a pod's name spaces and does nothing else. */
  readonly kind: "supervisor" | "sandbox" | "service";
}

/**
 * By place in the tree, whatever the framework:
 *
 *   supervisor -> [sh, npm ...] -> server -> worker, worker, ...     server: the first below which it branches or that listens
 *                                         -> other                   worker: a child of the server that listens, too
 *
 * @param listens whether a process holds a listening socket
 */
export function rolesOf(
  processes: readonly TreeProcess[],
  listens: (pid: number) => boolean,
): ReadonlyMap<number, Role> {
  const roles = new Map<number, Role>();
  const service = processes.filter(({ kind }) => kind === "service");
  for (const { pid, kind } of processes) if (kind === "supervisor") roles.set(pid, "supervisor");
  const known = new Set(service.map(({ pid }) => pid));
  const childrenOf = (pid: number) => service.filter(({ parent }) => parent === pid);
  const sizeOf = (pid: number): number => childrenOf(pid).reduce((sum, one) => sum + sizeOf(one.pid), 1);
  const roots = service.filter(({ parent }) => !known.has(parent)).map(({ pid }) => pid);
  let server = roots.sort((a, b) => sizeOf(b) - sizeOf(a) || a - b)[0];
  if (server === undefined) return roles;
  for (let below = childrenOf(server); below.length === 1 && !listens(server); below = childrenOf(server)) {
    server = below[0]!.pid;
  }
  roles.set(server, "server");
  for (const { pid } of childrenOf(server)) if (listens(pid)) roles.set(pid, "worker");
  return roles;
}

function kindOf(pid: number): TreeProcess["kind"] {
  const [command = "", script = ""] = commandOf(pid);
  if ([command, script].some((word) => word.endsWith("/supervise.sh"))) return "supervisor";
  return command === "/pause" ? "sandbox" : "service";
}

function parentOf(pid: number): number {
  try {
    return Number(statFields(pid)[1]);
  } catch {
    return 0;
  }
}

/** TCP ports on which a process of the service listens, in ascending order; none where the system does not say. */
export function portsOf(mark: OwnershipMark): readonly number[] {
  const ports = allPids()
    .filter((pid) => carries(pid, mark))
    .flatMap((pid) => listenersOf(pid).flatMap(({ port }) => port ?? []));
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** Of TCP and of the Unix domain, in the process's own name space. */
function listens(pid: number): boolean {
  return listenersOf(pid).length > 0;
}

interface Listener {
  readonly inode: string;
  /** Of TCP. */
  readonly port?: number;
}

function listenersOf(pid: number): readonly Listener[] {
  try {
    const held = new Set(
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
        } catch {
          return []; // Closed meanwhile.
        }
      }),
    );
    return listening(pid).filter(({ inode }) => held.has(inode));
  } catch {
    return []; // Gone, or not ours to read.
  }
}

/** Listening sockets; proc(5), net/tcp (state 0A, the local port in hexadecimal digits) and net/unix (flag 00010000). */
function listening(pid: number): readonly Listener[] {
  const rows = (file: string) => {
    try {
      return readFileSync(`/proc/${pid}/net/${file}`, "utf8").split("\n").slice(1);
    } catch {
      return [];
    }
  };
  const fields = (row: string) => row.trim().split(/\s+/);
  return [
    ...[...rows("tcp"), ...rows("tcp6")]
      .map(fields)
      .flatMap((row) =>
        row[3] === "0A" ? [{ inode: row[9]!, port: Number.parseInt(row[1]!.split(":")[1]!, 16) }] : [],
      ),
    ...rows("unix")
      .map(fields)
      .flatMap((row) => (row[3] === "00010000" ? [{ inode: row[6]! }] : [])),
  ];
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
