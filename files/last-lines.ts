/** The end of a log or of a command's output, which shows why it failed. */
import { readFileSync } from "node:fs";

export function lastLines(text: string, most: number): readonly string[] {
  return text.trim().split("\n").slice(-most);
}

/** Of a log that may not be there: a process that failed at once has written none. */
export function endOfLog(path: string): string {
  try {
    return lastLines(readFileSync(path, "utf8"), 15).join("\n") || "(it wrote nothing)";
  } catch {
    return "(no log)";
  }
}
