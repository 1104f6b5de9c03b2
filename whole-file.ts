/** Files that appear whole or not at all: a reader sees the old one or the new one, and a crash leaves neither half. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Made beside its place and renamed into it; its folder is made.
 * @returns what making it gave
 * @throws what making it threw; then there is nothing of it, and what was there before stands
 */
export async function makeWhole<T>(path: string, make: (draft: string) => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  try {
    const made = await make(draft);
    await rename(draft, path);
    return made;
  } finally {
    await rm(draft, { force: true });
  }
}

export async function writeWhole(path: string, content: string): Promise<void> {
  await makeWhole(path, (draft) => writeFile(draft, content));
}
