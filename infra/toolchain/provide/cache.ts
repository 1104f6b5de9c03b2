/**
 * The cache of slow artefacts, outside the checkout and keyed by version. Each is built beside its final folder and
 * renamed into it, so that an existing folder is complete; a lock makes two runs at once build only once.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { cacheFolder } from "../../../files/private-folder.js";

/** `TESTBED_CACHE`, else the user's cache folder. A variable that is set to nothing is not set. */
export function cacheRoot(environment: NodeJS.ProcessEnv = process.env): string {
  return cacheFolder(environment);
}

export interface ProvideOptions {
  readonly progress: (line: string) => void;
  readonly root?: string;
}

/** Where `provideOnce(key)` puts its folder, whether or not it is there. */
export function cachedPath(key: string, root = cacheRoot()): string {
  return join(root, key);
}

/** The time of the lock's file is that of the last use: what has not been used may be pruned. */
export async function noteUse(key: string, root = cacheRoot()): Promise<void> {
  await mkdir(root, { recursive: true });
  await writeFile(lockTargetOf(key, root), "", { flag: "a" });
  const now = new Date();
  await utimes(lockTargetOf(key, root), now, now);
}

export function lockTargetOf(key: string, root: string): string {
  return `${cachedPath(key, root)}.lock-target`;
}

/** Where a folder is while it is built. */
export function draftOf(key: string, root: string): string {
  return `${cachedPath(key, root)}.draft`;
}

export const lockOptions = { stale: 30_000, update: 5_000 } as const;

/**
 * The folder of `key`, built by `build` if no one has before. An interrupted build is started again; a second
 * caller waits for the first and then finds the folder.
 *
 * @param key name and version, for example `pulumi-v3.259.0`; whatever changes the result is part of it
 * @param build fills the folder it is given; where it rejects, nothing is kept
 */
export async function provideOnce(
  key: string,
  build: (directory: string) => Promise<void>,
  { progress, root = cacheRoot() }: ProvideOptions,
): Promise<string> {
  const place = cachedPath(key, root);
  await noteUse(key, root);
  if (existsSync(place)) return place;
  const unlock = await lock(lockTargetOf(key, root), {
    ...lockOptions,
    retries: { forever: true, minTimeout: 200, maxTimeout: 2_000 },
    onCompromised: (error) => progress(`the lock of ${key} was lost: ${error.message}`),
  });
  const draft = draftOf(key, root);
  try {
    if (existsSync(place)) return place;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    await build(draft);
    await rename(draft, place);
    return place;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await unlock();
  }
}
