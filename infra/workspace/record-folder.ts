/**
 * Small records that must outlive this process, one file each, written atomically: from them the leftovers of a killed
 * run are found.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { messageOf, TestbedError } from "../../errors/errors.ts";

export interface RecordFolder<T> {
  /** @returns what takes it away again */
  write(id: string, record: T): () => void;
  /** None where there is no folder yet. @throws TestbedError (runFailed) where a file is not such a record */
  read(): readonly T[];
  /** Idempotent. */
  remove(id: string): void;
}

export function recordFolder<T>(folder: string, schema: z.ZodType<T>): RecordFolder<T> {
  const pathOf = (id: string) => join(folder, `${id}.json`);
  const remove = (id: string) => rmSync(pathOf(id), { force: true });
  return {
    write(id, record) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(id);
      writeFileSync(`${path}.draft`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
      renameSync(`${path}.draft`, path);
      return () => remove(id);
    },
    read() {
      let names: string[];
      try {
        names = readdirSync(folder).filter((name) => name.endsWith(".json"));
      } catch {
        return [];
      }
      return names.flatMap((name) => recordIn(join(folder, name), schema));
    },
    remove,
  };
}

/** None where it was removed meanwhile. What it says of a process or a node would be forgotten with it: it is left, and told. */
function recordIn<T>(path: string, schema: z.ZodType<T>): readonly T[] {
  try {
    return [schema.parse(JSON.parse(readFileSync(path, "utf8")))];
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new TestbedError("runFailed", "a record of this workspace cannot be read", {
      cause,
      problems: [
        { path, expected: "a record of this version of the testbed", got: firstLine(messageOf(cause)) },
      ],
      hint: "It names a process that may still be running: look for it, then remove the file.",
    });
  }
}

function firstLine(text: string): string {
  return text.length > 120 || text.includes("\n") ? "other content" : text;
}
