/**
 * Permissions of the engine's state, which it writes with the modes of the umask. The folder is private to its owner;
 * so is each file, so that a file copied out of the folder stays private.
 */
import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Every file below gets mode 600; links are not followed, and what goes away meanwhile is passed over. */
export function closeFiles(folder: string): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    try {
      const found = lstatSync(path);
      if (found.isDirectory()) closeFiles(path);
      else if (found.isFile() && (found.mode & 0o777) !== 0o600) chmodSync(path, 0o600);
    } catch {}
  }
}

/**
 * False if a local state certainly holds no stack and no lock, so that no engine is needed to know it.
 * @param folder of the state, as the engine's file backend lays it out
 */
export function mayHoldStacks(folder: string): boolean {
  return ["stacks", "locks"].some((kind) => holdsFile(join(folder, ".pulumi", kind)));
}

/** True for a folder that cannot be read. */
function holdsFile(folder: string): boolean {
  try {
    return readdirSync(folder, { withFileTypes: true }).some(
      (entry) => !entry.isDirectory() || holdsFile(join(folder, entry.name)),
    );
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
