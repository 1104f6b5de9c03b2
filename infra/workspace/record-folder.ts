/**
 * Small facts that must outlive this process, one file each, whole or not at all: what a killed run has left is found
 * from them.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";

export interface RecordFolder<T> {
  /** @returns what takes it away again */
  write(id: string, record: T): () => void;
  /** None where there is no folder yet. @throws Error where a file is not such a record */
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
      return names.map((name) => schema.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
    },
    remove,
  };
}
