/**
 * Mutual exclusion between processes of one machine, for a moment's work on files. Nothing expires: a process that ended
 * excludes nobody, and one that stands still excludes the others for as long as it lives.
 *
 * Each writes a record before it looks for records of others, and works only when it has seen none while its own was
 * there: of two, whoever wrote last sees the other. Of several that wait, all but the one with the smallest id take their
 * records away, so that this one goes on.
 */
import { randomUUID } from "node:crypto";
import { rmdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { isAlive, startTimeOf } from "../../infra/host/process.ts";
import { recordFolder } from "../../infra/workspace/record-folder.ts";

const waiting = z.strictObject({ id: z.string(), pid: z.int().positive(), startTime: z.string() });

const pollMs = 10;

/**
 * @param folder of the records; it is made, and removed by the last
 * @throws what the work throws; Error after `patienceMs` of waiting
 */
export async function oneAtATime<T>(
  folder: string,
  work: () => Promise<T>,
  { patienceMs = 15_000 }: { readonly patienceMs?: number } = {},
): Promise<T> {
  const records = recordFolder(folder, waiting);
  const own = { id: randomUUID(), pid: process.pid, startTime: startTimeOf(process.pid) ?? "" };
  const othersThere = () =>
    records.read().filter((found) => {
      if (found.id === own.id) return false;
      const isThere = isAlive(found);
      if (!isThere) records.remove(found.id);
      return isThere;
    });
  const deadline = performance.now() + patienceMs;
  let isWritten = false;
  try {
    for (;;) {
      if (!isWritten) isWritten = wasWritten(() => records.write(own.id, own));
      if (!isWritten) continue;
      const others = othersThere();
      if (others.length === 0) return await work();
      if (others.some(({ id }) => id < own.id)) {
        records.remove(own.id);
        isWritten = false;
      }
      if (performance.now() > deadline) {
        throw new Error(`process ${others[0]!.pid} has been at it for ${patienceMs / 1000} s`);
      }
      await setTimeout(pollMs);
    }
  } finally {
    if (isWritten) records.remove(own.id);
    removeEmpty(folder);
  }
}

/** @returns false where the folder was removed by another just now */
function wasWritten(write: () => unknown): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return false;
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another waits in it.
  }
}
