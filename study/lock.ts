/**
 * Two runs in one checkout would deploy over each other: the second is told who is there, and so is a command typed by
 * hand that would disturb the first.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { z } from "zod";
import { messageOf, TestbedError } from "../errors.ts";
import { privateFolder } from "../infra/places.ts";
import { isAlive, startTimeOf } from "../infra/plugin/process.ts";
import { writeWhole } from "../whole-file.ts";

const holder = z.strictObject({
  pid: z.int().positive(),
  startTime: z.string(),
  /** Empty until there are any. */
  results: z.string(),
});
type Holder = z.infer<typeof holder>;

export interface CheckoutLock {
  /** Where its results are, for whoever is refused. */
  tell(results: string): Promise<void>;
  release(): Promise<void>;
}

export interface LockOptions {
  /** Another run has it, since this one could not renew it: a machine that slept. Called once at most. */
  readonly onLost: (why: TestbedError) => void;
  readonly folder?: string;
  /** Milliseconds after which it is nobody's, and between renewals. */
  readonly staleMs?: number;
  readonly renewMs?: number;
}

/** @throws TestbedError (runFailed) where another run has it */
export async function lockCheckout(options: LockOptions): Promise<CheckoutLock> {
  const { onLost, folder = privateFolder, staleMs = 20_000, renewMs = 5_000 } = options;
  const path = pathIn(folder);
  mkdirSync(folder, { recursive: true });
  const own = { pid: process.pid, startTime: startTimeOf(process.pid) ?? "" };
  let results = "";
  let isOver = false;
  let unlock = async () => {};
  const take = async () => {
    unlock = await lock(path, { realpath: false, stale: staleMs, update: renewMs, onCompromised });
    await writeHolder(path, { ...own, results });
  };
  // Nobody may have it now: whoever took it has finished, or its folder was removed.
  const onCompromised = () => {
    if (isOver) return;
    take().catch((cause: unknown) => onLost(taken(folder, cause)));
  };
  await take().catch((cause: unknown) => {
    throw taken(folder, cause);
  });
  return {
    async tell(given) {
      results = given;
      if (readHolder(path)?.pid === own.pid) await writeHolder(path, { ...own, results });
    },
    async release() {
      isOver = true;
      if (readHolder(path)?.pid === own.pid) rmSync(path, { force: true });
      // Another run may have it.
      await unlock().catch(() => {});
    },
  };
}

/**
 * Before a command that would deploy, take down or load what a run of the same checkout measures.
 *
 * @throws TestbedError (runFailed) while one is under way
 */
export function refuseDuringRun(command: string, folder: string = privateFolder): void {
  const found = readHolder(pathIn(folder));
  if (found === undefined || found.pid === process.pid || !isAlive(found)) return;
  throw new TestbedError(
    "runFailed",
    `${command} would disturb the run that is under way in this workspace`,
    {
      problems: [underWay(found)],
      hint: `Wait for it, or end it: kill -INT ${found.pid} takes everything down.`,
    },
  );
}

function taken(folder: string, cause: unknown): TestbedError {
  if ((cause as NodeJS.ErrnoException).code !== "ELOCKED") {
    return new TestbedError("runFailed", `the lock of this workspace cannot be taken: ${messageOf(cause)}`, {
      cause,
    });
  }
  const found = readHolder(pathIn(folder));
  return new TestbedError("runFailed", "another run is under way in this workspace", {
    cause,
    problems: found === undefined ? [] : [underWay(found)],
    hint: "Wait for it, or stop it with Ctrl-C where it runs. After a crash the lock frees itself in 20 s.",
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
