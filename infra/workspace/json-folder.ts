/**
 * A folder of JSON files that people may write by hand: an unreadable file is an error only for a command that names
 * it.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Names in order; none where there is no such folder. */
export function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** @returns undefined where it cannot be read, or is no JSON: no schema takes that */
export function contentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
