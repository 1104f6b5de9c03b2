/**
 * The owner of a stack's lock. The engine's file backend writes one file per lock and never checks whether the owner
 * still lives: after a killed engine every later command would be refused. Other backends use leases.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { pause, pids, startTimeOf, statFields } from "../host/process.ts";

const lockFile = z.object({ pid: z.int().positive(), hostname: z.string(), timestamp: z.string() });

export interface StackLock extends z.infer<typeof lockFile> {
  readonly path: string;
}

/** For it to undo or finish what it is doing after an interrupt. */
const interruptMs = 45_000;
const pollMs = 200;

/** @returns none where the backend is not a folder */
export function stackLocks(backendUrl: string, stack: string): readonly StackLock[] {
  if (!backendUrl.startsWith("file:///")) return [];
  const projects = join(fileURLToPath(backendUrl), ".pulumi", "locks", "organization");
  return namesIn(projects)
    .flatMap((project) => namesIn(join(projects, project, stack)).map((name) => join(project, stack, name)))
    .flatMap((name) => {
      const path = join(projects, name);
      const parsed = lockFile.safeParse(jsonIn(path));
      return parsed.success ? [{ path, ...parsed.data }] : [];
    });
}

/** A lock of another machine counts as held: nothing here can tell. */
export function isHeld({ pid, hostname: owner }: StackLock): boolean {
  return owner !== hostname() || isEngine(pid);
}

/** Removes what dead engines left. @returns the locks of living ones */
export function freeDeadLocks(locks: readonly StackLock[]): readonly StackLock[] {
  const held = locks.filter(isHeld);
  for (const lock of locks) {
    if (held.includes(lock)) continue;
    if (lock.hostname === hostname()) endLanguageHosts(lock.pid);
    for (const path of [lock.path, `${lock.path}.attrs`]) rmSync(path, { force: true });
  }
  return held;
}

/** Interrupts the engines that hold them, as Ctrl-C does, and kills those that do not end. */
export async function endHolders(locks: readonly StackLock[]): Promise<void> {
  const here = locks.filter((lock) => lock.hostname === hostname());
  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    for (const { pid } of here) if (isEngine(pid)) process.kill(pid, signal);
    const deadline = performance.now() + interruptMs;
    while (here.some(({ pid }) => isEngine(pid)) && performance.now() < deadline) await pause(pollMs);
  }
  freeDeadLocks(locks);
}

/**
 * A killed engine's language host looks every five minutes whether anybody still answers. Providers and the program look
 * for themselves, and end what they are doing in order. Known by the engine's session, which the engine began itself: one
 * that was typed by hand is in its terminal's.
 */
function endLanguageHosts(engine: number): void {
  if (process.platform !== "linux") return;
  for (const pid of pids()) {
    try {
      const isHost = textOf(`/proc/${pid}/comm`)?.startsWith("pulumi-language");
      // Field 6 is the session.
      if (isHost && statFields(pid)[6 - 3] === String(engine)) process.kill(pid, "SIGTERM");
    } catch {} // It ended meanwhile.
  }
}

/** A pid is used again: on Linux the name tells. */
function isEngine(pid: number): boolean {
  if (startTimeOf(pid) === null) return false;
  return process.platform !== "linux" || textOf(`/proc/${pid}/comm`)?.trim() === "pulumi";
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined; // Removed meanwhile, or being written.
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
