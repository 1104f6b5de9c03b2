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

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
