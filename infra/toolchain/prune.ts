/**
 * Removes superseded entries of the cache. Every change of a lock file, a source or a recipe makes a new folder beside
 * the old one; the old one is superseded once a successor was made after its last use. Layers have no successors: one is
 * superseded when no image that stays holds it.
 *
 * Only what has not been used for a while goes, under the lock of its key, so that a run of another checkout that uses
 * it keeps it. Everything can be made again.
 */
import { lstatSync, readdirSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { check, lock } from "proper-lockfile";
import { cacheRoot, draftOf, lockOptions, lockTargetOf } from "./provide/cache.ts";

export interface CacheEntry {
  readonly key: string;
  /** Key without versions and digests. */
  readonly family: string;
  readonly madeAtMs: number;
  readonly usedAtMs: number;
}

export interface PruneOptions {
  readonly root?: string;
  /** Used since then, a folder stays. */
  readonly unusedHours: number;
  /** Of the clock; for tests. */
  readonly nowMs?: number;
}

export interface Pruned {
  readonly key: string;
  /** Of the disk; what a folder that stays has too is not counted. */
  readonly bytes: number;
  readonly usedAtMs: number;
}

/** What `prune` would remove now, without removing it. */
export function superseded({ root = cacheRoot(), unusedHours, nowMs = Date.now() }: PruneOptions): Pruned[] {
  const entries = entriesIn(root);
  const isIdle = ({ usedAtMs }: CacheEntry) => usedAtMs < nowMs - unusedHours * 3_600_000;
  const hasSuccessor = ({ family, usedAtMs }: CacheEntry) =>
    entries.some((other) => other.family === family && other.madeAtMs > usedAtMs);
  const whole = entries.filter((entry) => !isLayer(entry) && isIdle(entry) && hasSuccessor(entry));
  const going = linkCounts(whole.map(({ key }) => join(root, key)));
  const layers = entries.filter(
    (entry) => isLayer(entry) && isIdle(entry) && !isHeld(join(root, entry.key), going),
  );
  const counted = new Map<number, number>();
  return [...whole, ...layers].map(({ key, usedAtMs }) => ({
    key,
    usedAtMs,
    bytes: freedBy(join(root, key), counted),
  }));
}

/** @returns what was removed; drafts that a killed build left go too */
export async function prune(options: PruneOptions): Promise<readonly Pruned[]> {
  const { root = cacheRoot() } = options;
  const removed: Pruned[] = [];
  for (const entry of superseded(options)) {
    const unlock = await lock(lockTargetOf(entry.key, root), { ...lockOptions, retries: 0 }).catch(
      () => null,
    );
    if (unlock === null) continue; // Somebody is at it.
    try {
      if (lastUseMs(entry.key, root) > entry.usedAtMs) continue; // Meanwhile.
      // Atomically: a reader finds it complete or not at all.
      await rename(join(root, entry.key), draftOf(entry.key, root));
      await rm(draftOf(entry.key, root), { recursive: true, force: true });
      removed.push(entry);
    } finally {
      await unlock();
    }
  }
  for (const name of namesIn(root).filter((one) => one.endsWith(draftSuffix))) {
    const key = name.slice(0, -draftSuffix.length);
    const busy = await check(lockTargetOf(key, root), { stale: lockOptions.stale }).catch(() => false);
    if (!busy) await rm(join(root, name), { recursive: true, force: true });
  }
  return removed;
}

const draftSuffix = ".draft";

function entriesIn(root: string): readonly CacheEntry[] {
  return namesIn(root)
    .filter((key) => !key.includes(".lock-target") && !key.endsWith(draftSuffix) && familyOf(key) !== key)
    .map((key) => {
      const madeAtMs = statSync(join(root, key)).mtimeMs;
      return { key, family: familyOf(key), madeAtMs, usedAtMs: Math.max(madeAtMs, lastUseMs(key, root)) };
    });
}

function lastUseMs(key: string, root: string): number {
  return statSync(lockTargetOf(key, root), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** `image-serving-onnx-tiny-3bb6bf815fd0d1ba` and `k3s-v1.34.1-8215b940-go` end where the first version or digest begins. */
export function familyOf(key: string): string {
  return key.replace(/-(?:v?\d+\.\d|[0-9a-f]{12,}).*$/, "");
}

function isLayer({ family }: CacheEntry): boolean {
  return family.startsWith("layer-");
}

/** An image has a second name of the layer's file. */
function isHeld(place: string, going: ReadonlyMap<number, number>): boolean {
  const file = statSync(join(place, "layer.tar"), { throwIfNoEntry: false });
  return file !== undefined && file.nlink - 1 > (going.get(file.ino) ?? 0);
}

/** Names by file that the folders hold. */
function linkCounts(places: readonly string[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const place of places) {
    for (const { ino } of filesIn(place)) counts.set(ino, (counts.get(ino) ?? 0) + 1);
  }
  return counts;
}

/** @param counted names by file that earlier folders of the same removal had */
function freedBy(place: string, counted: Map<number, number>): number {
  let bytes = 0;
  for (const { ino, nlink, blocks } of filesIn(place)) {
    const names = (counted.get(ino) ?? 0) + 1;
    counted.set(ino, names);
    if (names === nlink) bytes += blocks * 512;
  }
  return bytes;
}

function* filesIn(folder: string): Generator<{ ino: number; nlink: number; blocks: number }> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else yield lstatSync(path);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
