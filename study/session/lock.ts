/**
 * The lock of a workspace. A run holds it exclusively: a second run or a command typed by hand would disturb its
 * measurements. The commands `up`, `down` and `load` share it. Each records itself before it looks for others, so that
 * of two that start at once at least one sees the other.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { z } from "zod";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { writeWhole } from "../../files/whole-file.ts";
import { isAlive, startTimeOf } from "../../infra/host/process.ts";
import { privateFolder } from "../../infra/workspace/paths.ts";
import { recordFolder } from "../../infra/workspace/record-folder.ts";
import { oneAtATime } from "./one-at-a-time.ts";

const holder = z.strictObject({
  pid: z.int().positive(),
  startTime: z.string(),
  /** Empty until there are any. */
  results: z.string(),
});
type Holder = z.infer<typeof holder>;

const guest = z.strictObject({ pid: z.int().positive(), startTime: z.string(), command: z.string() });
type Guest = z.infer<typeof guest>;

export interface CheckoutLock {
  /** Path of its results, for commands that are refused. */
  tell(results: string): Promise<void>;
  release(): Promise<void>;
}

export interface LockOptions {
  /** Another run has it, since this one could not renew it: a machine that slept. Called once at most. */
  readonly onLost: (why: TestbedError) => void;
  readonly folder?: string;
  /** Milliseconds until an unrenewed lock expires, and between renewals. */
  readonly staleMs?: number;
  readonly renewMs?: number;
}

/** @throws TestbedError (runFailed) where another run has it, or a command is at work in it */
export async function lockCheckout(options: LockOptions): Promise<CheckoutLock> {
  const { onLost, folder = privateFolder, staleMs = 20_000, renewMs = 5_000 } = options;
  const path = pathIn(folder);
  mkdirSync(folder, { recursive: true });
  const own = { pid: process.pid, startTime: startTimeOf(process.pid) ?? "" };
  let results = "";
  let isOver = false;
  let unlock = async () => {};
  const lockIt = () => lock(path, { realpath: false, stale: staleMs, update: renewMs, onCompromised });
  // Of two starters that find a dead or an expired lock, the second would remove the lock of the first.
  const take = () =>
    oneAtATime(join(folder, "starting"), async () => {
      unlock = await lockIt().catch((error: unknown) => {
        // The lock of a killed run is not renewed; do not wait until it expires.
        if (!removeDeadLock(folder)) throw error;
        return lockIt();
      });
      await writeHolder(path, { ...own, results });
    });
  // The lock may be free now: its holder has finished, or its folder was removed.
  const onCompromised = () => {
    if (isOver) return;
    take().catch((cause: unknown) => onLost(taken(folder, cause)));
  };
  await take().catch((cause: unknown) => {
    throw isOfMachine(cause) ? cause : taken(folder, cause);
  });
  const release = async () => {
    isOver = true;
    if (readHolder(path)?.pid === own.pid) rmSync(path, { force: true });
    // Another run may have it.
    await unlock().catch(() => {});
  };
  const guests = guestsIn(folder);
  if (guests.length > 0) {
    await release();
    throw disturbed(guests);
  }
  return {
    release,
    async tell(given) {
      results = given;
      if (readHolder(path)?.pid === own.pid) await writeHolder(path, { ...own, results });
    },
  };
}

/**
 * Before a command that deploys, takes down or loads: until this process ends, no run begins in its workspace. Where nothing was
 * ever at work there, there is no private folder, and none is made: a load from any folder leaves nothing but its samples.
 *
 * @returns what ends it sooner
 * @throws TestbedError (runFailed) while a run is under way
 */
export function enterWorkspace(command: string, folder: string = privateFolder): () => void {
  if (!existsSync(folder)) return () => {};
  const own = { pid: process.pid, startTime: startTimeOf(process.pid) ?? "", command };
  const leave = recordFolder(guestFolder(folder), guest).write(String(process.pid), own);
  process.once("exit", leave);
  const found = readHolder(pathIn(folder));
  if (found === undefined || found.pid === process.pid || !isAlive(found)) return leave;
  leave();
  throw new TestbedError("runFailed", `${command} would disturb the run in progress in this workspace`, {
    problems: [underWay(found)],
    hint: `Wait for it, or end it: kill -INT ${found.pid} takes everything down.`,
  });
}

/** Commands of other processes that are at work; what killed ones have left is removed. */
function guestsIn(folder: string): readonly Guest[] {
  const guests = recordFolder(guestFolder(folder), guest);
  return guests.read().filter((found) => {
    const isThere = isAlive(found);
    if (!isThere) guests.remove(String(found.pid));
    return isThere && found.pid !== process.pid;
  });
}

/**
 * Removes the lock of a run that was killed. Call it inside the workspace (`enterWorkspace`): no run begins meanwhile.
 * @returns whether there was one
 */
export function removeDeadLock(folder: string = privateFolder): boolean {
  const path = pathIn(folder);
  const found = readHolder(path);
  if (found === undefined || isAlive(found)) return false;
  rmSync(path, { force: true });
  rmSync(`${path}.lock`, { recursive: true, force: true });
  return true;
}

function guestFolder(folder: string): string {
  return join(folder, "commands");
}

function disturbed(guests: readonly Guest[]): TestbedError {
  return new TestbedError("runFailed", "another command in this workspace would disturb the run", {
    problems: guests.map(({ pid, command }) => ({
      path: "this workspace",
      expected: "no other command",
      got: `${command}, process ${pid}`,
    })),
    hint: "Wait for it, or end it with Ctrl-C where it runs.",
  });
}

/** What the command line tells in words of its own: no permission, no space, a file in the folder's place. */
function isOfMachine(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code !== undefined && syscall !== undefined;
}

function taken(folder: string, cause: unknown): TestbedError {
  if ((cause as NodeJS.ErrnoException).code !== "ELOCKED") {
    return new TestbedError("runFailed", `the lock of this workspace cannot be taken: ${messageOf(cause)}`, {
      cause,
    });
  }
  const found = readHolder(pathIn(folder));
  return new TestbedError("runFailed", "another run is in progress in this workspace", {
    cause,
    problems: found === undefined ? [] : [underWay(found)],
    hint: "Wait for it, or stop it with Ctrl-C where it runs. If a run was killed while starting, the workspace is free within 20 s.",
  });
}

function underWay({ pid, results }: Holder) {
  return {
    path: "this workspace",
    expected: "no run",
    got: `process ${pid}${results === "" ? "" : `, results in ${results}`}`,
  };
}

function pathIn(folder: string): string {
  return join(folder, "run");
}

function writeHolder(path: string, found: Holder): Promise<unknown> {
  return writeWhole(path, `${JSON.stringify(found)}\n`);
}

function readHolder(path: string): Holder | undefined {
  try {
    return holder.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined; // None, or one of an older version.
  }
}
